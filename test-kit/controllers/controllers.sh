#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Prints a folder with a real controller of somebody else, which sets replicas, too: its binary `controller`, and its definitions in `crds`.
# usage: controllers.sh kustomize-controller | keda | argocd | kserve
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../setup/steps.sh
source "$(dirname "${BASH_SOURCE[0]}")/../setup/steps.sh"
modules=$kit/controllers

# dir MODULE_FOLDER MODULE: where the module lies once it is downloaded and its checksum compared.
dir() {
  (cd "$1" && env GOFLAGS=-mod=readonly GOWORK=off GOTOOLCHAIN=local "$("$kit/setup/find-go.sh")" mod download -json "$2") |
    sed -n 's/^\t"Dir": "\(.*\)",$/\1/p'
}

make_kustomize-controller() {
  go_build "$1/controller" "$modules/kustomize-controller" "" github.com/fluxcd/kustomize-controller
  cp "$(dir "$modules/kustomize-controller" github.com/fluxcd/kustomize-controller)"/config/crd/bases/*.yaml "$1/crds/"
  cp "$(dir "$modules/source-controller" github.com/fluxcd/source-controller)"/config/crd/bases/*.yaml "$1/crds/"
}

make_keda() {
  go_build "$1/controller" "$modules/keda" "" github.com/kedacore/keda/v2/cmd/operator
  cp "$(dir "$modules/keda" github.com/kedacore/keda/v2)"/config/crd/bases/*.yaml "$1/crds/"
}

# A program of several parts: controllers/argocd/main.go says which.
make_argocd() {
  go_build "$1/controller" "$modules/argocd"
  cp "$(dir "$modules/argocd" github.com/argoproj/argo-cd/v3)"/manifests/crds/{application,appproject}-crd.yaml "$1/crds/"
}

# Beside the binary the settings without which it does not start.
make_kserve() {
  go_build "$1/controller" "$modules/kserve" "" github.com/kserve/kserve/cmd/manager
  local from
  from=$(dir "$modules/kserve" github.com/kserve/kserve)/config
  cp "$from"/crd/full/serving.kserve.io_*.yaml "$1/crds/"
  cp "$from"/configmap/inferenceservice.yaml "$1/settings.yaml"
}

case ${1:-} in
  kustomize-controller) key=$(key "${BASH_SOURCE[0]}" "$modules/kustomize-controller" "$modules/source-controller" "$architecture") ;;
  keda) key=$(key "${BASH_SOURCE[0]}" "$modules/keda" "$architecture") ;;
  argocd) key=$(key "${BASH_SOURCE[0]}" "$modules/argocd" "$architecture") ;;
  kserve) key=$(key "${BASH_SOURCE[0]}" "$modules/kserve" "$architecture") ;;
  *) fail "usage: controllers.sh kustomize-controller | keda | argocd | kserve" ;;
esac
folder=$cache/controllers/$1-$key
if [[ ! -d $folder ]]; then
  lock "controller-$1"
  if [[ ! -d $folder ]]; then
    rm -rf "$folder.new"
    mkdir -p "$folder.new/crds"
    step "compiling the controller $1 (the first time; some minutes)" "compile-$1" "make_$1" "$folder.new"
    chmod -R u+w "$folder.new"
    mv "$folder.new" "$folder"
    prune "$cache/controllers" "$1" ''
  fi
fi
touch "$folder"
printf '%s\n' "$folder"
