// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.check;

import dev.mcppolicy.api.v1alpha1.McpPolicy;
import dev.mcppolicy.engine.PolicyId;
import dev.mcppolicy.engine.document.PolicyDocument;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Checks policies, and runs the tests of each generation once. Any thread may call. */
public final class PolicyChecks {
  /** Policies whose outcome is kept; the tests of another one run again. */
  private static final int KEPT_MAX = 10_000;

  /**
   * @param failures empty for nearly all policies, so that little is kept
   */
  private record Outcome(long generation, List<String> failures) {}

  private final TestRun run;
  private final Map<String, Outcome> byUid =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Outcome> eldest) {
          return size() > KEPT_MAX;
        }
      };

  public PolicyChecks(TestRun run) {
    this.run = run;
  }

  public PolicyCheck of(McpPolicy policy) {
    return switch (PolicyCheck.reading(policy)) {
      case PolicyCheck.Valid valid when !valid.read().tests().isEmpty() ->
          tested(policy.getMetadata(), valid);
      case PolicyCheck.Valid valid -> valid;
      case PolicyCheck.TestsFailed failed -> failed;
      case PolicyCheck.Invalid invalid -> invalid;
    };
  }

  private PolicyCheck tested(ObjectMeta meta, PolicyCheck.Valid valid) {
    List<String> failures = failures(meta, valid.read());
    return failures.isEmpty() ? valid : new PolicyCheck.TestsFailed(valid.read(), failures);
  }

  private List<String> failures(ObjectMeta meta, PolicyDocument document) {
    long generation = meta.getGeneration();
    synchronized (byUid) {
      Outcome known = byUid.get(meta.getUid());
      if (known != null && known.generation() == generation) {
        return known.failures();
      }
    }
    List<String> failures =
        List.copyOf(
            run.failures(document, new PolicyId(meta.getNamespace(), meta.getName(), generation)));
    synchronized (byUid) {
      byUid.put(meta.getUid(), new Outcome(generation, failures));
    }
    return failures;
  }
}
