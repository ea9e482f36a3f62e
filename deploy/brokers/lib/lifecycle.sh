# SPDX-License-Identifier: Apache-2.0
# up, down and start: what takes a group, or a node of it, from nothing to running and back.
# Sourced by ../group.
# shellcheck shell=bash

lock=''

# Only one of up, down and start at a time. The lock lies in the work directory, which down removes:
# whoever waited then holds the lock of a file that is gone, and has to look again.
lock_work() {
  while :; do
    exec {lock}>"$work/lock"
    flock --wait 120 "$lock" || die "another group command has been busy in $work for two minutes"
    [[ ! $work/lock -ef /proc/self/fd/$lock ]] || return 0
    exec {lock}>&-
    mkdir -p -m 700 -- "$work"
  done
}

# Only what an earlier up made is ever removed: --work may name any folder by mistake.
claim_work() {
  mkdir -p -m 700 -- "$work"
  [[ -O $work && -w $work ]] || die "$work belongs to somebody else"
  [[ -f $work/state || -z $(find "$work" -mindepth 1 ! -path "$work/lock" -print -quit) ]] ||
    die "$work holds something else than a group, name an empty or new folder"
}

save_state() {
  local key
  for key in "${!state[@]}"; do
    echo "$key=${state[$key]}"
  done >"$work/state.new"
  mv "$work/state.new" "$work/state"
}

decide_state() {
  local option number
  state=([version]=$default_version [nodes]=3 [groups]=1 [memory_hosts]=0 [netns]='' [hosts_file]=yes [flaps]=no
    [tls]=no)
  for option in "${!given[@]}"; do
    state[$option]=${given[$option]}
  done
  enter_network
  state[network]=$(readlink /proc/self/ns/net)
  state[configuration]=$here/initial-config.json
  state[addresses]=''
  for ((number = 1; number <= state[nodes]; number++)); do
    state[addresses]+="${state[addresses]:+ }$(node_address "$number")"
  done
}

# Waiting in the background lets a signal to this shell be handled at once.
in_background() {
  "$@" &
  wait $!
}

# The one way out of an up that did not succeed, interrupted or not: nothing stays behind but the
# logs, if there are any and nobody pressed Ctrl-C.
abandon_up() { # EXIT_STATUS
  local jobs
  trap '' INT TERM HUP PIPE
  trap - EXIT
  # What is still a job of this shell is the helper that waits, or a broker caught between its fork and
  # its pid file.
  mapfile -t jobs < <(jobs -pr)
  [[ -z ${jobs[*]} ]] || kill -s KILL "${jobs[@]}" 2>/dev/null || true
  wait
  kill_all_nodes # a broker may be deaf to TERM while it boots, and its store is of no use
  remove_namespaces
  if (($1 < 128)) && [[ -e $work/n1/broker.log ]]; then
    echo "group: nothing is left running; the logs are in $work until the next up or down" >&2
  else
    rm -rf -- "$work"
  fi
  exit "$1"
}

# Another group may be up in this work directory already. If it is the wanted one, that is fine.
report_earlier_group() {
  local name healthy=yes
  read_state
  any_node_lives || return 0
  check_given_against_state
  need_same_network
  echo "a group is already up in $work:"
  for name in $(group_names); do
    api --group "$name" status || healthy=no
  done
  [[ $healthy == no ]] || exit 0
  die "it is not healthy; group down, then up again"
}

command_up() {
  local number
  need_java
  [[ -z ${given[netns]:-} ]] || need_namespace_tools
  claim_work
  lock_work
  [[ ! -f $work/state ]] || report_earlier_group
  decide_state

  trap 'abandon_up $?' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  trap 'exit 129' HUP
  trap 'exit 141' PIPE
  # What an earlier group left.
  remove_namespaces
  find "$work" -mindepth 1 ! -path "$work/lock" -delete
  save_state
  # Namespaces are new and therefore empty.
  [[ -n ${state[netns]} ]] || need_free_ports ${state[addresses]}
  state[jars]=$(ensure_jars "${state[version]}")
  write_hosts_file
  configure_brokers
  save_state
  [[ -z ${state[netns]} ]] || make_namespaces

  # Time spent on Maven does not count against the brokers.
  deadline=$((${EPOCHREALTIME%[.,]*} + timeout))
  # The first node is alone until its virtual host is active. Were the others there earlier, its very
  # first commits could find a replica that is known but not yet connected, and fail.
  launch_node 1
  wait_for active n1
  for ((number = 2; number <= state[nodes]; number++)); do
    launch_node "$number"
  done
  wait_for group
  trap - EXIT INT TERM HUP PIPE
  echo "group $(group_names | sed 's/ /, /g') of Broker-J ${state[version]} is up after $(seconds_passed) s, work directory $work"
}

seconds_passed() {
  local now=$EPOCHREALTIME milliseconds
  milliseconds=$(((${now//[!0-9]/} - ${started//[!0-9]/}) / 1000))
  printf '%d.%d' $((milliseconds / 1000)) $((milliseconds % 1000 / 100))
}

# The initial configuration as it lies here is one group without HTTPS; anything more is added to a
# copy of it.
configure_brokers() {
  local more=(--groups "${state[groups]}" --memory-hosts "${state[memory_hosts]}")
  [[ ${state[groups]}${state[memory_hosts]}${state[tls]} != 10no ]] || return 0
  if [[ ${state[tls]} == yes ]]; then
    # A broker would start without its management port and leave everybody waiting.
    openssl pkcs12 -in "$keystore" -noout -passin stdin <<<"$tls_password" 2>/dev/null ||
      die "cannot open the PKCS12 keystore $keystore with this password"
    install -m 600 -- "$keystore" "$work/keystore.p12"
    more+=(--keystore "$work/keystore.p12")
  fi
  state[configuration]=$work/initial-config.json
  # The password goes through a pipe, because everybody may read a command line.
  printf '%s' "$tls_password" | python3 -B "$here/lib/prepare.py" configuration "${more[@]}" \
    "$here/initial-config.json" ${state[addresses]} >"$work/initial-config.json"
}

command_down() {
  if [[ ! -f $work/state ]]; then
    echo "no group in $work, nothing to take down"
    return
  fi
  lock_work
  if [[ ! -f $work/state ]]; then # another down was faster
    rm -rf -- "$work"
    return
  fi
  load_group
  stop_all_nodes
  remove_namespaces
  if [[ -n $keep ]]; then
    echo "the group is down, its work directory $work is kept"
  else
    rm -rf -- "$work"
    echo "the group is down"
  fi
}

command_start() {
  local number
  number=$(chosen_node)
  need_java
  lock_work
  look_at_node "$number"
  [[ $node_process == dead ]] || die "n$number is $node_process already"
  [[ -n ${state[netns]} ]] || need_free_ports "$(node_address "$number")"
  launch_node "$number"
  wait_for "$([[ -n $wait ]] && echo joined || echo answers)" "n$number"
}
