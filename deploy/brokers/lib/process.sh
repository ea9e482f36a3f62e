# SPDX-License-Identifier: Apache-2.0
# The broker processes: starting one, looking at it, signalling it. Sourced by ../group.
# shellcheck shell=bash

# A pid alone is not enough to signal by: it may have been given to somebody else since. A pid and
# the time its process started are, so the pid file holds both.
process_state_and_start() { # PID
  local stat fields
  { stat=$(<"/proc/$1/stat"); } 2>/dev/null || return 1
  # The second field, the command, may itself hold blanks and brackets; the third follows the last one.
  read -r -a fields <<<"${stat##*) }"
  echo "${fields[0]} ${fields[19]}"
}

node_pid='' node_process=dead

# Sets node_pid and node_process (running, stopped or dead) for node N.
look_at_node() { # N
  local pid born letter now_born
  node_pid='' node_process=dead
  [[ -f $work/n$1/pid ]] || return 0
  read -r pid born <"$work/n$1/pid" || return 0
  read -r letter now_born < <(process_state_and_start "$pid") || return 0
  [[ $now_born == "$born" ]] || return 0
  case $letter in
    Z | X) ;; # only waits for a parent to notice; where nobody does, that never ends
    T | t) node_pid=$pid node_process=stopped ;;
    *) node_pid=$pid node_process=running ;;
  esac
}

signal_node() { # N SIGNAL
  look_at_node "$1"
  [[ $node_process != dead ]] || die "n$1 is not running"
  # It may end by itself between the look and the signal, which is no error for any signal here.
  kill -s "$2" "$node_pid" 2>/dev/null || true
}

wait_for_process() { # N STATE
  local turn
  for ((turn = 0; turn < 200; turn++)); do
    look_at_node "$1"
    [[ $node_process != "$2" ]] || return 0
    sleep 0.05
  done
  die "n$1 is still $node_process"
}

kill_all_nodes() {
  local number
  for ((number = 1; number <= state[nodes]; number++)); do
    look_at_node "$number"
    [[ $node_process != dead ]] || continue
    kill -s KILL "$node_pid" 2>/dev/null || true
    wait_for_process "$number" dead
  done
}

# TERM first, so that the stores are closed properly; whoever is still there after 5 s is killed.
stop_all_nodes() {
  local number turn
  for ((number = 1; number <= state[nodes]; number++)); do
    look_at_node "$number"
    [[ $node_process != dead ]] || continue
    kill -s TERM "$node_pid" 2>/dev/null || true
    kill -s CONT "$node_pid" 2>/dev/null || true # a stopped process gets its TERM only then
  done
  for ((turn = 0; turn < 100; turn++)); do
    any_node_lives || return 0
    sleep 0.05
  done
  kill_all_nodes
}

any_node_lives() {
  local number
  for ((number = 1; number <= state[nodes]; number++)); do
    look_at_node "$number"
    [[ $node_process == dead ]] || return 0
  done
  return 1
}

# Starts the broker of node N and returns at once. Every value in which nodes or groups differ is a
# property here, so that one initial configuration serves all.
launch_node() { # N
  local number=$1 dir=$work/n$1 address peer quick='5 s' permitted='' pid born
  local inside=() jvm properties property arguments=()
  address=$(node_address "$number")
  mkdir -p "$dir/tmp"
  [[ ${state[flaps]} == no ]] || quick='2 s'
  [[ -z ${state[netns]} ]] || inside=(ip netns exec "${state[netns]}-n$number")
  for peer in ${state[addresses]}; do
    permitted+="${permitted:+,}\"$peer:5000\""
  done

  # Brokers are short-lived here and several share few cores: the serial collector and the first
  # compiler alone boot a group in a bit more than half the time. Without performance data nothing
  # is left in /tmp by a JVM that was killed.
  jvm=(-Xmx256m -XX:MaxDirectMemorySize=256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:-UsePerfData
    "-Djava.io.tmpdir=$dir/tmp" "-DQPID_WORK=$dir/work" "-Dbroker.name=n$number")
  # A broker looks up the name of its own address at every AMQP connection, in the thread that
  # accepts; with a slow resolver, or none as in a fresh namespace, clients would hang for seconds.
  [[ ${state[hosts_file]} == no ]] || jvm+=("-Djdk.net.hosts.file=$work/hosts")

  properties=(
    qpid.amqp_port=5672 qpid.http_port=8080 qpid.https_port=8443
    "ha.group_name=$group_name" "ha.node_name=n$number" "ha.binding_address=$address"
    "ha.node_address=$address:5000" "ha.permitted_nodes=[$permitted]" ha.priority=1
    # A first node founds the group by naming itself as its helper; the others join through it.
    "ha.helper_address=$(node_address 1):5000" ha.helper_node_name=n1
    "ha.insufficient_replicas_timeout=$quick" "ha.replica_ack_timeout=$quick"
    'ha.replica_timeout=5 s' 'ha.feeder_timeout=5 s'
  )
  for property in "${properties[@]}"; do
    arguments+=(-prop "$property")
  done

  rm -f "$dir/pid"
  (
    # An inherited lock would be held for as long as the broker runs.
    exec {lock}>&-
    cd "$dir"
    # This process becomes the broker: pid and start time stay through every exec. It writes its pid
    # file itself, and first, so that no broker is ever without one, whatever becomes of its parent.
    pid=$BASHPID
    read -r _ born < <(process_state_and_start "$pid")
    echo "$pid $born" >pid.new
    mv pid.new pid
    # Its own session: a Ctrl-C in the caller's terminal must not reach the brokers.
    exec "${inside[@]}" setsid "$(java_command)" "${jvm[@]}" -cp "${state[jars]}/*" \
      org.apache.qpid.server.Main -icp "${state[configuration]}" "${arguments[@]}"
  ) </dev/null >>"$dir/broker.log" 2>&1 &
  while [[ ! -f $dir/pid ]] && kill -0 $! 2>/dev/null; do
    sleep 0.01
  done
  # Otherwise this shell would report the end of a broker that a test kills.
  disown $! 2>/dev/null || true
}
