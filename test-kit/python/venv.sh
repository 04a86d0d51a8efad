#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Prints the bin folder of a virtual environment with the real `vllm-mcp-server` and, for `python`, the official MCP client; makes it when the
# cache has none for this lock file and this Python.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../setup/steps.sh
source "$(dirname "${BASH_SOURCE[0]}")/../setup/steps.sh"
lock_file=$kit/python/requirements.lock

make() { # PLACE: scripts of a virtual environment carry its path, so it is made in place and marked when it is whole
  rm -rf "$1"
  python3 -m venv "$1"
  "$1/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r "$lock_file"
  touch "$1/complete"
}

place=$cache/python/venv-$(key "${BASH_SOURCE[0]}" "$lock_file" "$(python3 -VV) $(command -v python3)")
if [[ ! -e $place/complete ]]; then
  lock python-venv
  if [[ ! -e $place/complete ]]; then
    mkdir -p "$cache/python"
    step "installing vllm-mcp-server and the MCP client (PyPI)" python-venv make "$place"
    prune "$cache/python" venv ''
  fi
fi
touch "$place"
printf '%s\n' "$place/bin"
