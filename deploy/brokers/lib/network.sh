# SPDX-License-Identifier: Apache-2.0
# Where the nodes live: on loopback addresses, or each in a network namespace of its own.
# Sourced by ../group.
# shellcheck shell=bash

node_address() { # N
  if [[ -n ${state[netns]} ]]; then
    echo "10.77.0.1$1"
  else
    echo "127.0.0.1$1"
  fi
}

# Where the nodes have namespaces of their own, only the hub reaches them all.
enter_network() {
  in_hub=()
  [[ -z ${state[netns]} ]] || in_hub=(ip netns exec "${state[netns]}-hub")
}

# A loopback address means another machine, so to say, in each network namespace.
need_same_network() {
  [[ -n ${state[netns]} || ${state[network]} == "$(readlink /proc/self/ns/net)" ]] ||
    die "the group in $work runs in another network namespace; run this command inside that one"
}

need_free_ports() { # ADDRESS...
  local address port endpoints=() ports=(5672 8080)
  for ((port = 5000; port < 5000 + state[groups]; port++)); do
    ports+=("$port")
  done
  [[ ${state[tls]} == no ]] || ports+=(8443)
  for address; do
    for port in "${ports[@]}"; do
      endpoints+=("$address:$port")
    done
  done
  python3 -B "$here/lib/prepare.py" ports "${endpoints[@]}"
}

# The brokers' only source of names unless --no-hosts-file: whatever is not in it is unknown to them
# at once, instead of after a resolver's timeout.
write_hosts_file() {
  local number
  {
    echo "127.0.0.1 localhost $(</proc/sys/kernel/hostname)"
    [[ -z ${state[netns]} ]] || echo "10.77.0.1 hub hub.ha.test"
    for ((number = 1; number <= state[nodes]; number++)); do
      echo "$(node_address "$number") n$number n$number.ha.test"
    done
  } >"$work/hosts"
}

need_namespace_tools() {
  command -v ip >/dev/null || die "--netns needs ip; $advice"
  ((EUID == 0)) || die "--netns needs root, to make network namespaces"
}

# Notes each namespace as soon as it is there: whatever happens next, down removes those that this
# group made and no other.
add_namespace() { # NAME
  ip netns add "$1" || die "cannot make the network namespace $1 (is another group using this prefix?)"
  echo "$1" >>"$work/namespaces"
  ip -n "$1" link set lo up
}

# One bridge in the hub, and a cable to each node: eth0 at the node, n1, n2, ... at the hub. Link names
# are the same in every group, because they exist only inside its namespaces.
make_namespaces() {
  local prefix=${state[netns]} number
  add_namespace "$prefix-hub"
  ip -n "$prefix-hub" link add br0 type bridge
  ip -n "$prefix-hub" address add 10.77.0.1/24 dev br0
  ip -n "$prefix-hub" link set br0 up
  for ((number = 1; number <= state[nodes]; number++)); do
    add_namespace "$prefix-n$number"
    ip -n "$prefix-hub" link add "n$number" type veth peer name eth0 netns "$prefix-n$number"
    ip -n "$prefix-hub" link set "n$number" master br0 up
    ip -n "$prefix-n$number" address add "$(node_address "$number")/24" dev eth0
    ip -n "$prefix-n$number" link set eth0 up
  done
}

remove_namespaces() {
  local name
  [[ -f $work/namespaces ]] || return 0
  while read -r name; do
    # Somebody may have removed it by hand already.
    [[ ! -e /run/netns/$name ]] || ip netns delete "$name"
  done <"$work/namespaces"
  rm -f "$work/namespaces"
}
