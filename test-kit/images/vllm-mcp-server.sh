#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The image docker.io/local/vllm-mcp-server:0.1.4: the real server with the packages of python/requirements.lock on Debian 12's Python, because
# nobody publishes one. Runs as user 65532. Prints the path of its tar.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../setup/steps.sh
source "$(dirname "${BASH_SOURCE[0]}")/../setup/steps.sh"
# shellcheck source-path=SCRIPTDIR source=../setup/roots.sh
source "$kit/setup/roots.sh"
lock_file=$kit/python/requirements.lock
version=$(sed -n 's/^vllm-mcp-server==\([0-9.]*\).*/\1/p' "$lock_file")

build() {
  # Wheels for the image's Python, installed on this machine: a container does not have the machine's certificate store.
  python3 -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: --python-version 3.11 --implementation cp \
    --abi cp311 --abi abi3 --abi none --platform "manylinux_2_28_$architecture" --platform "manylinux_2_17_$architecture" --platform "manylinux2014_$architecture" --platform any \
    --no-compile --target packages -r "$lock_file"
  debian_root "$PWD/root" python3,ca-certificates
  rm -rf root/var/lib/dpkg root/usr/share/{perl5,perl,zoneinfo,bash-completion} root/usr/lib/*/{gconv,perl-base} root/usr/bin/perl* root/boot root/media root/mnt root/srv
  mkdir -p root/opt
  rm -rf packages/bin
  mv packages root/opt/vllm-mcp-server
  cat >root/usr/local/bin/vllm-mcp-server <<'PYTHON'
#!/usr/bin/python3
from vllm_mcp_server.server import main

main()
PYTHON
  chmod 755 root/usr/local/bin/vllm-mcp-server
  printf 'mcp:x:65532:65532::/tmp:/usr/sbin/nologin\n' >>root/etc/passwd
  printf 'mcp:x:65532:\n' >>root/etc/group
  # Compiled once here with hashes instead of times, so that pods with a read-only root start fast.
  chroot root /usr/bin/python3 -m compileall -q --invalidation-mode unchecked-hash /opt/vllm-mcp-server
  import_root root "$1" "$2" 'ENV PATH=/usr/local/bin:/usr/bin:/bin' 'ENV PYTHONPATH=/opt/vllm-mcp-server' 'ENV PYTHONUNBUFFERED=1' \
    'USER 65532:65532' 'WORKDIR /tmp' 'ENTRYPOINT ["vllm-mcp-server"]'
}

image "local/vllm-mcp-server:$version" "$(key "${BASH_SOURCE[0]}" "$kit/setup/roots.sh" "$lock_file" "$architecture")" build
