# SPDX-License-Identifier: Apache-2.0
# The JDK, and the jars of one Broker-J version: from Maven into a cache that all groups share.
# Sourced by ../group.
# shellcheck shell=bash

readonly default_version=10.1.0
# From here on Broker-J needs it, and one JDK for all versions keeps their groups comparable.
readonly least_java=17
readonly advice='deploy/install-deps installs what the brokers need'

java_command() {
  if [[ -n ${JAVA_HOME:-} && -x $JAVA_HOME/bin/java ]]; then
    echo "$JAVA_HOME/bin/java"
  else
    command -v java
  fi
}

need_java() {
  local java version
  java=$(java_command) || die "no java found, Broker-J needs JDK $least_java or newer; $advice"
  version=$("$java" -version 2>&1) || die "$java does not run: $version"
  [[ $version =~ version\ \"([0-9]+) ]] || die "$java tells no version: $version"
  ((BASH_REMATCH[1] >= least_java)) ||
    die "$java is version ${BASH_REMATCH[1]}, Broker-J needs JDK $least_java or newer; $advice"
}

# Prints the folder with the jars of VERSION, after fetching them if they are not there. The folder
# appears complete or not at all, because it is filled under another name; the lock only spares two
# runs at once the double download.
ensure_jars() { # VERSION
  local version=$1 cache=${XDG_CACHE_HOME:-$HOME/.cache}/signpost/brokers jars
  jars=$cache/$version
  if [[ ! -d $jars ]]; then
    mkdir -p "$cache"
    (
      flock 8
      [[ -d $jars ]] || fetch_jars "$version" "$cache"
    ) 8>"$cache/.lock" || exit 1
  fi
  echo "$jars"
}

fetch_jars() { # VERSION CACHE
  local version=$1 cache=$2 partial began=$SECONDS
  command -v mvn >/dev/null || die "no mvn found to resolve the jars of Broker-J $version; $advice"
  echo "resolving the jars of Broker-J $version with Maven ..." >&2
  rm -rf -- "$cache/.partial-$version".* # of a run that was killed; nobody else is here now
  partial=$(mktemp -d "$cache/.partial-$version.XXXXXX")
  if ! mvn --batch-mode --quiet -Dstyle.color=never -f "$here/pom.xml" "-Dqpid.version=$version" \
    "-DoutputDirectory=$partial/jars" -DincludeScope=runtime dependency:copy-dependencies \
    </dev/null >"$partial/log" 2>&1; then
    cat "$partial/log" >&2
    rm -rf -- "$partial"
    die "Maven could not resolve the jars of Broker-J $version"
  fi
  mv -T -- "$partial/jars" "$cache/$version"
  rm -rf -- "$partial"
  echo "resolved in $((SECONDS - began)) s" >&2
}
