#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# engine.sh start: makes sure that a Docker engine answers, starting dockerd as root when none does.
# engine.sh stop: stops the dockerd that `start` started, and no other; the last of several runs does.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=steps.sh
source "$(dirname "${BASH_SOURCE[0]}")/steps.sh"

pid_file=$cache/dockerd.pid
users=$cache/dockerd.users # one file for each run that uses it, named by its process
log=$logs/dockerd.log

ours() { [[ -s $pid_file && $(cat "/proc/$(cat "$pid_file")/comm" 2>/dev/null) == dockerd ]]; }

start() {
  mkdir -p "$users"
  : >"$users/$PPID"
  if docker version >/dev/null 2>&1; then return; fi
  if [[ $(id -u) != 0 ]]; then fail "no Docker engine answers: start one, or let this user reach it (DOCKER_HOST, group docker)"; fi
  lock engine
  if docker version >/dev/null 2>&1; then return; fi
  say "starting dockerd (log: $log) …"
  # The lock's file descriptor must not live on in the daemon; a pid file of a killed daemon would keep the next from starting.
  (
    for descriptor in /proc/self/fd/*; do
      descriptor=${descriptor##*/}
      if ((descriptor > 2 && descriptor != 255)); then eval "exec $descriptor>&-" 2>/dev/null || true; fi
    done
    rm -f /var/run/docker.pid
    exec setsid nohup dockerd >"$log" 2>&1 </dev/null
  ) &
  printf '%s\n' $! >"$pid_file"
  local started=$SECONDS
  until docker version >/dev/null 2>&1; do
    if ! ours && ((SECONDS - started > 2)); then fail "dockerd ended: see $log"; fi
    if ((SECONDS - started > 60)); then fail "dockerd does not answer after 60 s: see $log"; fi
    sleep 0.2
  done
}

stop() {
  rm -f "$users/$PPID"
  if ! ours; then return; fi
  local user pid
  for user in "$users"/*; do
    if [[ -e $user ]] && kill -0 "${user##*/}" 2>/dev/null; then return; fi
    rm -f "$user"
  done
  if [[ -n $(docker ps -q) ]]; then # e.g. the cluster of `./demo --keep`
    say "dockerd stays up: containers run in it (docker ps)"
    return
  fi
  pid=$(cat "$pid_file")
  kill "$pid"
  while kill -0 "$pid" 2>/dev/null; do sleep 0.2; done
  rm -f "$pid_file"
}

case ${1:-} in
  start | stop) "$1" ;;
  *)
    say "usage: engine.sh start|stop"
    exit 2
    ;;
esac
