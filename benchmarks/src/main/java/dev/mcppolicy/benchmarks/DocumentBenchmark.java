// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.benchmarks;

import dev.mcppolicy.engine.BoundPolicy;
import dev.mcppolicy.engine.PolicySet;
import dev.mcppolicy.engine.document.PolicyDocument;
import dev.mcppolicy.engine.document.PolicyPrinter;
import dev.mcppolicy.engine.document.PolicyReader;
import dev.mcppolicy.engine.document.PolicyReading;
import dev.mcppolicy.json.JsonText;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** A document of 20 conditions and 3 limits read, from YAML and from JSON, and compiled. */
@State(Scope.Benchmark)
public class DocumentBenchmark {
  private final BoundPolicy policy = Calls.policy("policy", 20, 3);
  private final PolicyDocument document = policy.document();
  private final String json = JsonText.string(PolicyPrinter.print(document));
  private final String yaml = "# in YAML\n" + json;

  @Benchmark
  public PolicyReading readJson() {
    return PolicyReader.read(json);
  }

  @Benchmark
  public PolicyReading readYaml() {
    return PolicyReader.read(yaml);
  }

  @Benchmark
  public PolicySet compile() {
    return PolicySet.compile(List.of(policy));
  }
}
