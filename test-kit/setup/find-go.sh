#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Prints the path of a Go that is new enough: the one on the PATH, else the one that prerequisites.sh put into the cache.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=steps.sh
source "$(dirname "${BASH_SOURCE[0]}")/steps.sh"

minimum=1.26 # what the modules of the test-kit ask for in their go.mod

new_enough() {
  local version
  version=$(GOTOOLCHAIN=local "$1" env GOVERSION 2>/dev/null) || return 1
  [[ $(printf '%s\n' "$minimum" "${version#go}" | sort -V | head -n 1) == "$minimum" ]]
}

for go in "$(command -v go || true)" /usr/local/go/bin/go "$cache/go/$(key "$kit/setup/go.lock")/go/bin/go"; do
  if [[ -n $go && -x $go ]] && new_enough "$go"; then
    printf '%s\n' "$go"
    exit 0
  fi
done
say "no Go $minimum or newer found on the PATH, in /usr/local/go or in $cache/go: install one (https://go.dev/dl)"
exit 1
