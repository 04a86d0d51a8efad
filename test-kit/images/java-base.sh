#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The image docker.io/local/java-base:25, from which the product's images are built where no registry can be reached: glibc from Debian packages,
# a jlink runtime of the JDK 25 found on this machine, the user mcp-policy (64207), no shell. Prints the path of its tar.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../setup/steps.sh
source "$(dirname "${BASH_SOURCE[0]}")/../setup/steps.sh"
# shellcheck source-path=SCRIPTDIR source=../setup/roots.sh
source "$kit/setup/roots.sh"

uid=64207
packages=(base-files libc6 libgcc-s1 zlib1g)
# jdk.jfr and jdk.management: Netty and Micronaut ask for them; java.sql: its types are known to JSON binders; jdk.unsupported: Netty's Unsafe.
modules=java.base,java.instrument,java.logging,java.management,java.naming,java.net.http,java.security.jgss,java.sql,java.xml
modules=$modules,jdk.crypto.ec,jdk.jfr,jdk.management,jdk.net,jdk.unsupported,jdk.zipfs

build() {
  mkdir root debs
  (cd debs && apt-get -o APT::Sandbox::User=root download -q "${packages[@]}")
  local deb
  for deb in debs/*.deb; do dpkg-deb -x "$deb" root; done
  rm -rf root/usr/share root/usr/lib/*/gconv root/usr/lib/*/audit root/sbin root/usr/sbin root/var root/etc/* root/bin root/usr/bin root/home root/srv root/media root/mnt
  mkdir -p root/opt root/etc root/tmp root/var/run
  chmod 1777 root/tmp
  printf 'root:x:0:0:root:/:/sbin/nologin\nmcp-policy:x:%s:%s::/tmp:/sbin/nologin\n' $uid $uid >root/etc/passwd
  printf 'root:x:0:\nmcp-policy:x:%s:\n' $uid >root/etc/group
  printf 'hosts: files dns\n' >root/etc/nsswitch.conf
  "$jdk/bin/jlink" --add-modules "$modules" --strip-debug --no-header-files --no-man-pages --compress zip-2 --output root/opt/java
  # Class data archives for the default and for compact object headers, so that a JVM starts in half the time.
  root/opt/java/bin/java -Xshare:dump -XX:+UseSerialGC
  root/opt/java/bin/java -Xshare:dump -XX:+UseSerialGC -XX:+UseCompactObjectHeaders
  import_root root "$1" "$2" 'ENV PATH=/opt/java/bin' 'ENV LANG=C.UTF-8' 'ENV JAVA_HOME=/opt/java' "USER $uid:$uid" 'WORKDIR /tmp'
}

jdk=$("$kit/setup/find-jdk.sh")
# shellcheck disable=SC1091
release=$(. /etc/os-release && echo "$ID $VERSION_ID")
image local/java-base:25 "$(key "${BASH_SOURCE[0]}" "$kit/setup/roots.sh" "$jdk/release" "$release $architecture")" build
