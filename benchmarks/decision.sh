#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What a decision takes and allocates, by JMH, as a table: benchmarks/decision.sh [PATTERN [JMH OPTION…]]
# PATTERN chooses benchmarks by name (a regular expression); without one all run, in about 7 minutes.
# CPU time is that of the measuring thread alone, which other load on the machine changes little.
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
  -foe true -bm avgt -tu ns -f 1 -wi 12 -w 1s -i 5 -r 1s -prof gc -prof dev.mcppolicy.benchmarks.CpuTimeProfiler -rf json -rff "$out" \
  -jvmArgs "-Xms512m -Xmx512m -XX:+UseSerialGC -XX:+UseCompactObjectHeaders" "$@" >benchmarks/target/jmh.log

python3 - "$out" <<'TEXT'
import json, sys
print(f"{'benchmark':58} {'ns CPU':>10} {'±':>9} {'ns clock':>10} {'bytes':>9}")
for run in json.load(open(sys.argv[1])):
    name = ".".join(run["benchmark"].split(".")[-2:]) + "".join(f" {k}={v}" for k, v in run.get("params", {}).items())
    clock, also = run["primaryMetric"], run["secondaryMetrics"]
    cpu, memory = also["cpu.time.norm"], also["gc.alloc.rate.norm"]
    print(f"{name:58} {cpu['score']:10.0f} {cpu['scoreError']:9.0f} {clock['score']:10.0f} {memory['score']:9.0f}")
TEXT
