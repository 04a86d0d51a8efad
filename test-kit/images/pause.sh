#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The image docker.io/local/pause:1: a static busybox with its commands in /bin, and `probe`, which resolves names and speaks HTTP, TLS and unix
# sockets. Holds the namespaces of pods in the built node, which carries it, and is what tests run in pods. Prints the path of its tar.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../setup/steps.sh
source "$(dirname "${BASH_SOURCE[0]}")/../setup/steps.sh"
# shellcheck source-path=SCRIPTDIR source=../setup/roots.sh
source "$kit/setup/roots.sh"
module=$kit/images/probe

compile() { go_build "$1" "$module"; }
build() {
  mkdir -p root/bin root/tmp root/etc
  chmod 1777 root/tmp
  install -m 755 "$busybox" root/bin/busybox
  install -m 755 "$probe" root/bin/probe
  local command
  for command in $(root/bin/busybox --list); do
    if [[ $command != busybox ]]; then ln -s busybox "root/bin/$command"; fi
  done
  import_root root "$1" "$2" 'ENV PATH=/bin' 'ENTRYPOINT ["/bin/busybox","sleep","2147483647"]'
}

busybox=$(command -v busybox)
probe=$(binary probe "$(key "$module" "$architecture")" compile)
image local/pause:1 "$(key "${BASH_SOURCE[0]}" "$kit/setup/roots.sh" "$busybox" "${probe##*/}")" build
