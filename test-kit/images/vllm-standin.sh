#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The image docker.io/local/vllm-standin:1: a static program that answers as a small vLLM does. Prints the path of its tar.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../setup/steps.sh
source "$(dirname "${BASH_SOURCE[0]}")/../setup/steps.sh"
# shellcheck source-path=SCRIPTDIR source=../setup/roots.sh
source "$kit/setup/roots.sh"
module=$kit/images/vllm-standin

compile() { go_build "$1" "$module"; }
build() {
  mkdir -p root/bin root/tmp
  chmod 1777 root/tmp
  install -m 755 "$program" root/bin/vllm-standin
  import_root root "$1" "$2" 'ENV PATH=/bin' 'USER 65532:65532' 'EXPOSE 8000' 'ENTRYPOINT ["/bin/vllm-standin"]'
}

program=$(binary vllm-standin "$(key "$module" "$architecture")" compile)
image local/vllm-standin:1 "$(key "${BASH_SOURCE[0]}" "$kit/setup/roots.sh" "${program##*/}")" build
