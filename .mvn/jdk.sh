# SPDX-License-Identifier: Apache-2.0
# find_jdk: sets $jdk to the home of an installed JDK 25, or says where it looked and fails. Sourced by mvnw, test, demo and mcp-policy.
jdk_feature=25
find_jdk() {
  local candidate
  for candidate in "${JAVA_HOME:-}" "${JAVA_25_HOME:-}" "${JAVA_HOME_25_X64:-}" /usr/lib/jvm/* /opt/java/* /opt/jdk* "$HOME"/.sdkman/candidates/java/* \
    "$HOME"/.jdks/* "$HOME"/.local/share/mise/installs/java/* "$HOME"/.asdf/installs/java/* /Library/Java/JavaVirtualMachines/*/Contents/Home; do
    [ -n "$candidate" ] && [ -x "$candidate/bin/javac" ] && [ -f "$candidate/release" ] || continue
    if grep -q "^JAVA_VERSION=\"$jdk_feature[.\"]" "$candidate/release"; then
      jdk=$candidate
      return 0
    fi
  done
  echo "no JDK $jdk_feature found: looked at JAVA_HOME, /usr/lib/jvm, /opt, ~/.sdkman, ~/.jdks, mise, asdf; install one (for example Eclipse Temurin $jdk_feature) or set JAVA_HOME to it" >&2
  return 1
}
