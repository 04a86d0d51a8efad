#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Prints the path of the CustomResourceDefinition of KServe's InferenceService: the file of its Go module, with a pinned content.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../setup/steps.sh
source "$(dirname "${BASH_SOURCE[0]}")/../setup/steps.sh"

version=v0.20.0
sha256=57c3bf13f77de94678bf2ae3748056ec071ad2b9e88d6a28f44fb4710758fcff
file=config/crd/full/serving.kserve.io_inferenceservices.yaml

path=$cache/crds/inferenceservices-$version-${sha256:0:16}.yaml
if [[ ! -f $path ]]; then
  lock kserve-crd
  go=$("$kit/setup/find-go.sh")
  mkdir -p "$cache/crds"
  step "downloading KServe's Go module" kserve-crd env GOFLAGS=-mod=mod GOWORK=off GOTOOLCHAIN=local "$go" mod download "github.com/kserve/kserve@$version"
  cp "$("$go" env GOMODCACHE)/github.com/kserve/kserve@$version/$file" "$path.new"
  [[ $(sha256sum <"$path.new") == "$sha256 "* ]] || fail "github.com/kserve/kserve@$version/$file is not the file whose hash stands in $0"
  chmod u+w "$path.new"
  mv "$path.new" "$path"
  prune "$cache/crds" inferenceservices .yaml
fi
touch "$path"
printf '%s\n' "$path"
