#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A cluster for scripts: start, load, logs, stop; without words it prints its usage.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../setup/steps.sh
source "$(dirname "${BASH_SOURCE[0]}")/../setup/steps.sh"

JAVA_HOME=$("$kit/setup/find-jdk.sh")
export JAVA_HOME
# shellcheck source-path=SCRIPTDIR source=../setup/environment.sh
source "$kit/setup/environment.sh"
plugin=org.apache.maven.plugins:maven-dependency-plugin:3.8.1

compile() {
  cd "$kit/.."
  ./mvnw -q -pl test-kit compile "$plugin:build-classpath" -Dmdep.outputFile="$kit/target/classpath" -Dmdep.includeScope=runtime
  touch "$kit/target/classpath" # also when it is the same as before
}

if [[ ! -e $kit/target/classpath || -n $(find "$kit/pom.xml" "$kit/../pom.xml" "$kit/src/main" -newer "$kit/target/classpath" -type f -print -quit) ]]; then
  step "compiling the test-kit" compile-test-kit compile
fi
exec "$JAVA_HOME/bin/java" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 --enable-native-access=ALL-UNNAMED \
  -cp "$kit/target/classes:$(cat "$kit/target/classpath")" dev.mcppolicy.testkit.cluster.RunCluster "$@"
