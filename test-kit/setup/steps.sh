# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Sourced by every script of the test-kit: the cache folder, steps with a log and progress, locks, content keys, images.
# Scripts print their one result (a path or a name) on standard output and everything for people on standard error.

cache=${MCP_POLICY_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/mcp-policy-operator}
logs=$cache/logs
kit=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck disable=SC2034 # part of the key of every binary
architecture=$(uname -m)
content_label=dev.mcppolicy.content
mkdir -p "$logs" "$cache/locks" "$cache/images" "$cache/work"

say() { printf '%s\n' "$*" >&2; }
fail() {
  say "$*"
  exit 1
}

# step TITLE LOG COMMAND…: runs the command with its output in the log, tells every 5 s that it still runs, and names the log if it fails.
# Not to be called in a condition (`if`, `||`): the shell would then ignore failures inside the command.
step() {
  local title=$1 log=$logs/$2.log started=$SECONDS told=0 status=0
  shift 2
  set -m # a process group of its own, so that an interrupt ends all of it
  "$@" >"$log" 2>&1 </dev/null &
  step_group=$!
  set +m
  trap 'kill -- "-$step_group" 2>/dev/null || true; exit 130' INT TERM
  while kill -0 "$step_group" 2>/dev/null; do
    sleep 0.1
    if ((SECONDS - started >= told + 5)); then
      told=$((SECONDS - started))
      say "$title … $told s"
    fi
  done
  wait "$step_group" || status=$?
  trap - INT TERM
  if ((status != 0)); then
    tail -n 8 "$log" >&2
    fail "failed: $title (exit code $status); the log is $log"
  fi
  if ((told > 0)); then say "$title: done in $((SECONDS - started)) s"; fi
}

# lock NAME: waits for other runs on this machine that make the same thing; held until this shell ends.
lock() {
  local fd
  exec {fd}>"$cache/locks/$1"
  if ! flock -n "$fd"; then
    say "waiting for another run that makes $1 …"
    flock "$fd"
  fi
}

# key INPUT…: a short hash over files and folders by content, and over every other word as it is.
key() {
  local input file
  for input; do
    if [[ -d $input ]]; then
      (cd "$input" && find . -type f | LC_ALL=C sort | while IFS= read -r file; do sha256sum "$file"; done)
    elif [[ -f $input ]]; then
      sha256sum <"$input"
    else
      printf '%s\n' "$input"
    fi
  done | sha256sum | cut -c1-16
}

# prune FOLDER PREFIX SUFFIX: keeps the three newest versions of one artefact.
prune() {
  local old
  find "$1" -maxdepth 1 -name "$2-*$3" -printf '%T@ %p\n' | sort -rn | tail -n +4 | cut -d' ' -f2- | while IFS= read -r old; do
    rm -rf -- "$old"
  done
}

# go_build OUTPUT MODULE_FOLDER [LDFLAGS [PACKAGE]]: a static, reproducible binary; versions are those of the committed go.mod and go.sum.
go_build() {
  local go
  go=$("$kit/setup/find-go.sh")
  (cd "$2" && env CGO_ENABLED=0 GOFLAGS=-mod=readonly GOWORK=off GOTOOLCHAIN=local \
    "$go" build -trimpath -buildvcs=false -ldflags "-s -w -buildid= ${3:-}" -o "$1" "${4:-.}")
}

# binary NAME KEY BUILD_FUNCTION: the path of a cached binary; BUILD_FUNCTION OUTPUT makes it when the cache has none of this key.
binary() {
  local path=$cache/bin/$1-$2
  mkdir -p "$cache/bin"
  if [[ ! -x $path ]]; then
    lock "bin-$1"
    if [[ ! -x $path ]]; then
      step "compiling $1" "compile-$1" "$3" "$path.new"
      mv "$path.new" "$path"
      prune "$cache/bin" "$1" ''
    fi
  fi
  touch "$path"
  printf '%s\n' "$path"
}

# image NAME:TAG KEY BUILD_FUNCTION: makes sure that the Docker engine has the image with this content under this name, and prints the path of
# its tar. BUILD_FUNCTION NAME:TAG LABEL builds it in the engine, in an empty working folder, with the label `LABEL`.
image() {
  local name=$1 key=$2 build=$3 short tar work old
  short=$(basename "${name%:*}")
  tar=$cache/images/$short-$key.tar
  lock "image-$short"
  if [[ ! -f $tar ]]; then
    work=$(mktemp -d "$cache/work/$short.XXXXXX")
    old=$(docker image inspect -f '{{.Id}}' "$name" 2>/dev/null || true)
    (cd "$work" && step "building the image $name" "image-$short" "$build" "$name" "$content_label=$key")
    docker save "$name" -o "$tar.new"
    mv "$tar.new" "$tar"
    rm -rf "$work"
    prune "$cache/images" "$short" .tar
    if [[ -n $old ]]; then docker image rm "$old" >/dev/null 2>&1 || true; fi # fails while something uses it
  elif [[ $(docker image inspect -f "{{index .Config.Labels \"$content_label\"}}" "$name" 2>/dev/null) != "$key" ]]; then
    step "loading the image $name" "load-$short" docker load -i "$tar"
  fi
  touch "$tar"
  printf '%s\n' "$tar"
}
