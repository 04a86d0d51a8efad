#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Prints the path of the binary that is the control plane, the node and kubectl, depending on how it is called; compiles it when the cache has none.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../setup/steps.sh
source "$(dirname "${BASH_SOURCE[0]}")/../setup/steps.sh"
module=$kit/cluster/kube
version=$(sed -n 's/^[[:space:]]*k8s.io\/kubernetes v\([0-9.]*\)$/\1/p' "$module/go.mod")

compile() {
  local v=k8s.io/component-base/version
  go_build "$1" "$module" "-X $v.gitVersion=v$version -X $v.gitMajor=${version%%.*} -X $v.gitMinor=$(cut -d. -f2 <<<"$version")"
}
binary kube "$(key "${BASH_SOURCE[0]}" "$module" "$architecture")" compile
