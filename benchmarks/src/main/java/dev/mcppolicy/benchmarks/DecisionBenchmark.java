// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.benchmarks;

import dev.mcppolicy.engine.Call;
import dev.mcppolicy.engine.Decision;
import dev.mcppolicy.engine.PolicySet;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The number to reach: 5 policies of 20 conditions and 3 limits each on one tool. */
@State(Scope.Benchmark)
public class DecisionBenchmark {
  private final Call call = Calls.call();
  private final PolicySet policies = Calls.policies(5, 20, 3);
  private final PolicySet single = Calls.policies(1, 20, 3);

  @Benchmark
  public Decision fivePolicies() {
    return policies.decide(call, Calls.TOOLS, Calls.NOW, Calls.USAGE);
  }

  @Benchmark
  public Decision onePolicy() {
    return single.decide(call, Calls.TOOLS, Calls.NOW, Calls.USAGE);
  }
}
