#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Starts one Kubernetes node with its control plane and cluster DNS inside a container; /k/ready exists once pods can be created.
# The container needs the flags that NodeContainer gives it (capabilities, device rule, no seccomp profile, private cgroup namespace).
set -euo pipefail
trap 'exit 0' TERM INT

# Docker mounts parts of /sys and /proc read-only; kubelet, containerd and kube-proxy write there.
mount -o remount,rw /sys
for path in /proc/sys /proc/irq /proc/bus /proc/fs /proc/sysrq-trigger; do umount "$path" 2>/dev/null || true; done
for path in /sys/fs/cgroup /sys/fs/cgroup/*; do
  if mountpoint -q "$path"; then mount -o remount,rw,bind "$path"; fi
done
if [[ -e /sys/fs/cgroup/cgroup.controllers ]]; then
  # cgroup v2: a group that delegates controllers may hold no processes of its own.
  mkdir -p /sys/fs/cgroup/init
  while read -r pid; do echo "$pid" >/sys/fs/cgroup/init/cgroup.procs 2>/dev/null || true; done </sys/fs/cgroup/cgroup.procs
  read -ra controllers </sys/fs/cgroup/cgroup.controllers
  for controller in "${controllers[@]}"; do
    echo "+$controller" >/sys/fs/cgroup/cgroup.subtree_control 2>/dev/null || true
  done
fi
if [[ ! -e /dev/kmsg ]]; then mknod /dev/kmsg c 1 11; fi # kubelet opens it

mkdir -p /k/pki
cd /k/pki
node=$(hostname)
address=$(hostname -i | awk '{print $1}')
service_cidr=10.43.0.0/16 api_address=10.43.0.1 dns_address=10.43.0.10

openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.crt -subj /CN=ca -days 3650 2>/dev/null
openssl genrsa -out sa.key 2048 2>/dev/null
openssl rsa -in sa.key -pubout -out sa.pub 2>/dev/null
certificate() { # NAME SUBJECT EXTENSION
  openssl req -newkey rsa:2048 -nodes -keyout "$1.key" -out "$1.csr" -subj "$2" 2>/dev/null
  printf 'basicConstraints=CA:FALSE\nextendedKeyUsage=clientAuth,serverAuth\n%s\n' "$3" >"$1.ext"
  openssl x509 -req -in "$1.csr" -CA ca.crt -CAkey ca.key -CAcreateserial -out "$1.crt" -days 3650 -extfile "$1.ext" 2>/dev/null
}
certificate api /CN=kube-apiserver \
  "subjectAltName=DNS:localhost,DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc,IP:127.0.0.1,IP:$api_address,IP:$address"
certificate admin /O=system:masters/CN=admin ""
certificate kubelet "/O=system:nodes/CN=system:node:$node" "subjectAltName=DNS:$node,IP:$address"
certificate proxy /CN=system:kube-proxy ""
certificate controllers /CN=system:kube-controller-manager ""
certificate scheduler /CN=system:kube-scheduler ""

kubeconfig() { # CERTIFICATE FILE
  sed -e "s|@CA@|$(base64 -w0 ca.crt)|" -e "s|@CERT@|$(base64 -w0 "$1.crt")|" -e "s|@KEY@|$(base64 -w0 "$1.key")|" >"$2" <<'YAML'
apiVersion: v1
kind: Config
clusters: [{name: test, cluster: {server: "https://127.0.0.1:6443", certificate-authority-data: @CA@}}]
users: [{name: test, user: {client-certificate-data: @CERT@, client-key-data: @KEY@}}]
contexts: [{name: test, context: {cluster: test, user: test}}]
current-context: test
YAML
}
for name in admin kubelet proxy controllers scheduler; do kubeconfig $name /k/$name.conf; done
api() { kubectl --kubeconfig /k/admin.conf "$@"; }

components=()
kube etcd --data-dir /k/etcd --listen-client-urls http://127.0.0.1:2379 --advertise-client-urls http://127.0.0.1:2379 \
  --unsafe-no-fsync >/k/etcd.log 2>&1 &
components+=($!)
kube kube-apiserver --etcd-servers=http://127.0.0.1:2379 --service-cluster-ip-range=$service_cidr \
  --client-ca-file=/k/pki/ca.crt --tls-cert-file=/k/pki/api.crt --tls-private-key-file=/k/pki/api.key \
  --service-account-key-file=/k/pki/sa.pub --service-account-signing-key-file=/k/pki/sa.key \
  --service-account-issuer=https://kubernetes.default.svc \
  --authorization-mode=Node,RBAC --enable-admission-plugins=NodeRestriction --allow-privileged=true \
  --kubelet-client-certificate=/k/pki/admin.crt --kubelet-client-key=/k/pki/admin.key >/k/apiserver.log 2>&1 &
components+=($!)

containerd >/k/containerd.log 2>&1 &
components+=($!)
until ctr version >/dev/null 2>&1; do sleep 0.1; done
for tar in /images/*.tar; do ctr -n k8s.io images import "$tar" >>/k/images.log 2>&1; done

until api get --raw /readyz >/dev/null 2>&1; do sleep 0.2; done
kube kube-controller-manager --kubeconfig=/k/controllers.conf --service-account-private-key-file=/k/pki/sa.key --root-ca-file=/k/pki/ca.crt \
  --leader-elect=false --use-service-account-credentials >/k/controllers.log 2>&1 &
components+=($!)
kube kube-scheduler --kubeconfig=/k/scheduler.conf --leader-elect=false >/k/scheduler.log 2>&1 &
components+=($!)
kube kubelet --config=/etc/kubelet.yaml --kubeconfig=/k/kubelet.conf --hostname-override="$node" >/k/kubelet.log 2>&1 &
components+=($!)
kube kube-proxy --kubeconfig=/k/proxy.conf --proxy-mode=iptables --hostname-override="$node" --cluster-cidr=10.42.0.0/16 \
  --conntrack-max-per-core=0 >/k/proxy.log 2>&1 &
components+=($!)

# Cluster DNS is a process of the node that listens on the address of its Service itself: pods reach it as they reach the node,
# with no image and no rule of kube-proxy. Addresses this low are never handed out by themselves.
ip address add $dns_address/32 dev lo
coredns -conf /etc/Corefile >/k/coredns.log 2>&1 &
components+=($!)

wait_until_ready() {
  until [[ $(api get node "$node" -o 'jsonpath={.status.conditions[?(@.type=="Ready")].status}' 2>/dev/null) == True ]]; do sleep 0.2; done
  until api get serviceaccount default >/dev/null 2>&1; do sleep 0.2; done # the first pod is refused without it
  until (exec 3<>/dev/tcp/127.0.0.1/8181 && printf 'GET /ready HTTP/1.0\r\n\r\n' >&3 && head -n 1 <&3 | grep -q ' 200 ') 2>/dev/null; do sleep 0.2; done
  touch /k/ready
}
wait_until_ready &
wait -n "${components[@]}" || true
echo "a component of the node ended: see the logs in /k" >&2
exit 1
