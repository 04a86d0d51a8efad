// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.benchmarks;

import dev.mcppolicy.engine.Call;
import dev.mcppolicy.engine.Decision;
import dev.mcppolicy.engine.PolicySet;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** How a decision grows with what is in the policies. */
public class GrowthBenchmark {

  @State(Scope.Benchmark)
  public static class Conditions {
    @Param({"1", "4", "16", "64", "240"})
    int conditions;

    final Call call = Calls.call();
    PolicySet policies = Calls.policies(1, 1, 0);

    @Setup
    public void compile() {
      policies = Calls.policies(1, conditions, 0);
    }
  }

  /** Each with one condition and one limit. */
  @State(Scope.Benchmark)
  public static class Policies {
    @Param({"1", "4", "16", "64"})
    int policies;

    final Call call = Calls.call();
    PolicySet set = Calls.policies(1, 1, 1);

    @Setup
    public void compile() {
      set = Calls.policies(policies, 1, 1);
    }
  }

  /** On texts of 32 characters, never the same twice in a row: the last answer is remembered. */
  @State(Scope.Benchmark)
  public static class Patterns {
    @Param({"1", "4", "16", "32"})
    int patterns;

    final Call call = Calls.call();
    final Call other = Calls.call("meta-llama/Llama-3.2-1B-Instruct");
    boolean isOther;
    PolicySet set = Calls.policies(1, 1, 0);

    @Setup
    public void compile() {
      var conditions = new ArrayList<String>();
      for (int i = 0; i < patterns; i++) {
        conditions.add(
            "{path: args.model, op: regex, value: '[a-z-]+/Llama-3(\\.[0-9])?-[0-9]+B(-Instruct|-x"
                + i
                + ")'}");
      }
      set =
          Calls.allowing(
              List.of(Calls.bound("patterns", "require: [" + String.join(", ", conditions) + "]")));
    }
  }

  @Benchmark
  public Decision conditions(Conditions state) {
    return state.policies.decide(state.call, Calls.TOOLS, Calls.NOW, Calls.USAGE);
  }

  @Benchmark
  public Decision policies(Policies state) {
    return state.set.decide(state.call, Calls.TOOLS, Calls.NOW, Calls.USAGE);
  }

  @Benchmark
  public Decision patterns(Patterns state) {
    state.isOther = !state.isOther;
    return state.set.decide(
        state.isOther ? state.other : state.call, Calls.TOOLS, Calls.NOW, Calls.USAGE);
  }
}
