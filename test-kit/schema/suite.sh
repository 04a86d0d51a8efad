#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Prints the folder with the official JSON-Schema-Test-Suite (`draft2020-12`, `draft7`, …), which the source package of Python's `jsonschema`
# carries; fetches it when the cache has none for this lock file.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../setup/steps.sh
source "$(dirname "${BASH_SOURCE[0]}")/../setup/steps.sh"
lock_file=$kit/schema/suite.lock

make() { # PLACE
  rm -rf "$1" "$1.new"
  mkdir -p "$1.new"
  python3 -m pip download --quiet --disable-pip-version-check --require-hashes --no-deps --no-binary :all: --dest "$1.new" -r "$lock_file"
  tar -xzf "$1.new"/jsonschema-*.tar.gz -C "$1.new" --wildcards --strip-components=2 'jsonschema-*/json/tests'
  test -e "$1.new/tests/draft2020-12/type.json"
  mv "$1.new" "$1"
}

place=$cache/schema/suite-$(key "${BASH_SOURCE[0]}" "$lock_file")
if [[ ! -d $place ]]; then
  lock schema-suite
  if [[ ! -d $place ]]; then
    mkdir -p "$cache/schema"
    step "fetching the JSON-Schema-Test-Suite (PyPI)" schema-suite make "$place"
    prune "$cache/schema" suite ''
  fi
fi
touch "$place"
printf '%s\n' "$place/tests"
