#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Makes sure that the Docker engine has the node image (Kubernetes with control plane, containerd and cluster DNS in one container), and prints
# its name. Nothing is pulled: the binaries are compiled from Go modules, the root is Debian's.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../setup/steps.sh
source "$(dirname "${BASH_SOURCE[0]}")/../setup/steps.sh"
# shellcheck source-path=SCRIPTDIR source=../setup/roots.sh
source "$kit/setup/roots.sh"
cluster=$kit/cluster

packages=containerd,runc,iptables,conntrack,ipset,ebtables,ethtool,socat,containernetworking-plugins,kmod,mount,procps,iproute2,ca-certificates,openssl

compile_coredns() { go_build "$1" "$cluster/coredns"; }

build() {
  debian_root "$PWD/root" "$packages"
  install -m 755 "$kube" root/usr/local/bin/kube
  ln -s kube root/usr/local/bin/kubectl
  install -m 755 "$coredns" root/usr/local/bin/coredns
  mkdir -p root/etc/cni/net.d root/etc/containerd root/images
  cp "$cluster/node/10-ptp.conflist" root/etc/cni/net.d/
  cp "$cluster/node/containerd.toml" root/etc/containerd/config.toml
  cp "$cluster/node/kubelet.yaml" "$cluster/node/Corefile" root/etc/
  install -m 755 "$cluster/node/entrypoint.sh" root/entrypoint.sh
  cp "$pause" root/images/
  import_root root "$1" "$2" 'ENTRYPOINT ["/entrypoint.sh"]'
}

pause=$("$kit/images/pause.sh")
kube=$("$cluster/kube.sh")
coredns=$(binary coredns "$(key "$cluster/coredns" "$architecture")" compile_coredns)
key=$(key "${BASH_SOURCE[0]}" "$cluster/node" "$kit/setup/roots.sh" "$packages" "${kube##*/}" "${coredns##*/}" "${pause##*/}")
image "local/mcp-policy-node:$key" "$key" build >/dev/null
docker image ls --format '{{.Tag}}' local/mcp-policy-node | while IFS= read -r tag; do
  if [[ ! -e $cache/images/mcp-policy-node-$tag.tar ]]; then
    docker image rm "local/mcp-policy-node:$tag" >/dev/null 2>&1 || true # fails while a cluster runs on it
  fi
done
printf 'local/mcp-policy-node:%s\n' "$key"
