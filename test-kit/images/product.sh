#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds the product from this checkout: the images of operator and sidecar as tars, and the class path of the demo. Prints the folder that has
# them: operator.tar, proxy.tar, demo/*.jar. With `bridge`, only puts the stdio-bridge where the build of the sidecar's image looks for it.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../setup/steps.sh
source "$(dirname "${BASH_SOURCE[0]}")/../setup/steps.sh"
root=$(cd "$kit/.." && pwd)
modules=(json policy-engine mcp-protocol crds bundle test-kit proxy-sidecar operator cli e2e)

bridge() { GO=$("$kit/setup/find-go.sh") "$root/stdio-bridge/build.sh" "$root/stdio-bridge/target/stdio-bridge"; }

if [[ ${1:-} == bridge ]]; then
  mkdir -p "$root/stdio-bridge/target"
  step "building the stdio-bridge" build-bridge bridge
  exit 0
fi

sources=("$root/pom.xml" "$root/.mvn" "$root"/stdio-bridge/*.go "$root/stdio-bridge/go.mod" "$kit/images/java-base.sh" "${BASH_SOURCE[0]}")
for module in "${modules[@]}"; do sources+=("$root/$module/pom.xml" "$root/$module/src/main"); done
folder=$cache/product/product-$(key "${sources[@]}")

build() {
  mkdir -p "$root/stdio-bridge/target" "$1/demo"
  bridge
  (cd "$root" && ./mvnw clean package -Dmaven.test.skip=true -Dspotless.check.skip=true -Dimage.phase=package "-Dimage.base=tar://$2" \
    -pl operator,proxy-sidecar,cli,e2e -am)
  cp "$root/operator/target/jib-image.tar" "$1/operator.tar"
  cp "$root/proxy-sidecar/target/jib-image.tar" "$1/proxy.tar"
  cp "$root"/e2e/target/demo/*.jar "$root"/e2e/target/e2e-*.jar "$1/demo/"
}

if [[ ! -d $folder ]]; then
  base=$("$kit/images/java-base.sh")
  lock product
  if [[ ! -d $folder ]]; then # no other run was faster
    work=$(mktemp -d "$cache/work/product.XXXXXX")
    chmod 755 "$work"
    step "building the product (Maven)" build-product build "$work" "$base"
    mkdir -p "$cache/product"
    mv -T "$work" "$folder"
    prune "$cache/product" product ''
  fi
fi
touch "$folder"
printf '%s\n' "$folder"
