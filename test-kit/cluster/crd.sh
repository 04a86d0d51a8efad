#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Prints the path of a CustomResourceDefinition of somebody else: the file of its Go module, with a pinned content.
# usage: crd.sh inferenceservices | scaledobjects
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../setup/steps.sh
source "$(dirname "${BASH_SOURCE[0]}")/../setup/steps.sh"

case ${1:-} in
  inferenceservices)
    module=github.com/kserve/kserve
    version=v0.20.0
    file=config/crd/full/serving.kserve.io_inferenceservices.yaml
    sha256=57c3bf13f77de94678bf2ae3748056ec071ad2b9e88d6a28f44fb4710758fcff
    ;;
  scaledobjects)
    module=github.com/kedacore/keda/v2
    version=v2.21.0
    file=config/crd/bases/keda.sh_scaledobjects.yaml
    sha256=af35555862a83933b074af14ad439c4b4ceabaf4daa3e9338e9b23e36d308d80
    ;;
  *) fail "usage: crd.sh inferenceservices | scaledobjects" ;;
esac

path=$cache/crds/$1-$version-${sha256:0:16}.yaml
if [[ ! -f $path ]]; then
  lock "crd-$1"
  go=$("$kit/setup/find-go.sh")
  mkdir -p "$cache/crds"
  step "downloading the Go module $module" "crd-$1" env GOFLAGS=-mod=mod GOWORK=off GOTOOLCHAIN=local "$go" mod download "$module@$version"
  cp "$("$go" env GOMODCACHE)/$module@$version/$file" "$path.new"
  [[ $(sha256sum <"$path.new") == "$sha256 "* ]] || fail "$module@$version/$file is not the file whose hash stands in $0"
  chmod u+w "$path.new"
  mv "$path.new" "$path"
  prune "$cache/crds" "$1" .yaml
fi
touch "$path"
printf '%s\n' "$path"
