#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Prints a folder with the host's `kubectl` and `helm`, to be put first on the PATH; makes them when the cache has none.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../setup/steps.sh
source "$(dirname "${BASH_SOURCE[0]}")/../setup/steps.sh"
helm_version=v3.22.0

compile_helm() {
  # `go install MODULE@VERSION` checks the module's own go.sum, so that one version is one set of sources.
  local bin
  bin=$(mktemp -d "$cache/work/helm.XXXXXX")
  env CGO_ENABLED=0 GOFLAGS= GOWORK=off GOTOOLCHAIN=local GOBIN="$bin" "$("$kit/setup/find-go.sh")" install -trimpath \
    -ldflags "-s -w -X helm.sh/helm/v3/internal/version.version=$helm_version" "helm.sh/helm/v3/cmd/helm@$helm_version"
  mv "$bin/helm" "$1"
  rmdir "$bin"
}

kube=$("$kit/cluster/kube.sh")
helm=$(binary helm "$(key "$helm_version" "$architecture")" compile_helm)
folder=$cache/tools/$(key "${kube##*/}" "${helm##*/}")
lock tools
mkdir -p "$folder"
ln -sfn "$kube" "$folder/kubectl"
ln -sfn "$helm" "$folder/helm"
printf '%s\n' "$folder"
