#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Prints the home of an installed JDK 25 (with jlink). None is ever installed.
set -euo pipefail

version_of() { sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release" 2>/dev/null; }

candidates() {
  printf '%s\n' "${JAVA_HOME:-}" "${JAVA_HOME_25:-}" "${JAVA_HOME_25_X64:-}" "${JAVA_HOME_25_arm64:-}"
  local found
  for found in /usr/lib/jvm/* /opt/java/* /opt/jdk* /opt/*jdk* "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* \
    "$HOME"/.local/share/mise/installs/java/* "$HOME"/.asdf/installs/java/* "$HOME"/.jabba/jdk/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home /opt/homebrew/opt/openjdk@25/libexec/openjdk.jdk/Contents/Home; do
    printf '%s\n' "$found"
  done
  if found=$(command -v javac); then dirname "$(dirname "$(readlink -f "$found")")"; fi
}

while IFS= read -r home; do
  if [[ -n $home && -x $home/bin/javac && -x $home/bin/jlink && $(version_of "$home") == 25 ]]; then
    printf '%s\n' "$home"
    exit 0
  fi
done < <(candidates)
echo "no JDK 25 found in JAVA_HOME, /usr/lib/jvm, /opt, ~/.sdkman, ~/.jdks or on the PATH: install one (for example Eclipse Temurin 25, https://adoptium.net) and set JAVA_HOME to it" >&2
exit 1
