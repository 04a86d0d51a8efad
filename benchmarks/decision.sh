#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What a decision takes and allocates, by JMH, as a table: benchmarks/decision.sh [PATTERN [JMH OPTION…]]
# PATTERN chooses benchmarks by name (a regular expression); without one all run, in about 10 minutes on a quiet machine.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
pattern=${1:-.}
if (($# > 0)); then shift; fi
JAVA_HOME=$(test-kit/setup/find-jdk.sh)
export JAVA_HOME

./mvnw -q -Pbenchmarks -pl benchmarks -am package -DskipTests -DskipITs
out=benchmarks/target/jmh.json
# the flags of the sidecar's image, and a heap that never has to grow
"$JAVA_HOME/bin/java" -cp "benchmarks/target/classes:$(cat benchmarks/target/class-path)" org.openjdk.jmh.Main "$pattern" \
  -bm avgt -tu ns -f 2 -wi 4 -w 1s -i 5 -r 1s -prof gc -rf json -rff "$out" -jvmArgs "-Xms512m -Xmx512m -XX:+UseSerialGC -XX:+UseCompactObjectHeaders" "$@" \
  >benchmarks/target/jmh.log

python3 - "$out" <<'TEXT'
import json, sys
print(f"{'benchmark':58} {'ns/op':>12} {'±':>9} {'B/op':>10}")
for run in json.load(open(sys.argv[1])):
    name = ".".join(run["benchmark"].split(".")[-2:]) + "".join(f" {k}={v}" for k, v in run.get("params", {}).items())
    time, memory = run["primaryMetric"], run["secondaryMetrics"]["gc.alloc.rate.norm"]
    print(f"{name:58} {time['score']:12.1f} {time['scoreError']:9.1f} {memory['score']:10.1f}")
TEXT
