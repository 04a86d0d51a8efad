#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The image docker.io/local/pause:1: a static busybox with its commands in /bin. Holds the namespaces of pods in the built node, which carries
# it, and serves tests that want a shell, wget or nslookup in a pod. Prints the path of its tar.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../setup/steps.sh
source "$(dirname "${BASH_SOURCE[0]}")/../setup/steps.sh"
# shellcheck source-path=SCRIPTDIR source=../setup/roots.sh
source "$kit/setup/roots.sh"

build() {
  mkdir -p root/bin root/tmp root/etc
  chmod 1777 root/tmp
  cp "$(command -v busybox)" root/bin/busybox
  local command
  for command in $(root/bin/busybox --list); do
    if [[ $command != busybox ]]; then ln -s busybox "root/bin/$command"; fi
  done
  import_root root "$1" "$2" 'ENV PATH=/bin' 'ENTRYPOINT ["/bin/busybox","sleep","2147483647"]'
}
image local/pause:1 "$(key "${BASH_SOURCE[0]}" "$kit/setup/roots.sh" "$(command -v busybox)")" build
