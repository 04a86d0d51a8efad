// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.safeguard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.api.v1alpha1.McpServer;
import dev.mcppolicy.bundle.Contested;
import dev.mcppolicy.bundle.Drain;
import dev.mcppolicy.bundle.Safeguards;
import dev.mcppolicy.operator.Resources;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class WorkloadSafeguardsTest {

  private static Safeguards declared(String more) {
    return declared(more, List.of("b"));
  }

  private static Safeguards declared(String more, List<String> budgets) {
    McpServer server =
        Resources.server(
            "vllm",
            "{transport: {stdio: {}}, workloads: [{name: a, target: {apiVersion: apps/v1, kind: Deployment, name: a}"
                + more
                + "}]}");
    return WorkloadSafeguards.declared(server.getSpec().workloads().getFirst(), budgets);
  }

  @Test
  void takesWhatIsDeclared() {
    assertEquals(
        new Safeguards(
            2,
            Optional.of(new Drain(Duration.ofMinutes(2), Drain.WhenBusy.STOP, 9000, "/v1/metrics")),
            List.of("b"),
            Optional.empty()),
        declared(
            ", minReadyReplicas: 2, drain: {timeout: 2m, whenBusy: Stop, port: 9000, path: /v1/metrics}"));
  }

  @Test
  void saysThatThereAreMoreBudgetsThanItNames() {
    List<String> budgets = IntStream.range(0, 65).mapToObj(i -> "b" + i).toList();
    Safeguards all = declared("", budgets.subList(0, 64));
    assertEquals(64, all.budgets().size());
    assertFalse(all.hasMoreBudgets());
    Safeguards more = declared("", budgets);
    assertEquals(budgets.subList(0, 64), more.budgets());
    assertTrue(more.hasMoreBudgets(), "the last one would not hold and nobody would know");
    assertTrue(
        more.withContested(Optional.of(new Contested.Rests("x", 1))).hasMoreBudgets(),
        "whoever else scales it");
  }

  @Test
  void refusesBusyOnesOnTheirUsualPortWhenNothingElseIsSaid() {
    assertEquals(
        new Safeguards(
            0,
            Optional.of(
                new Drain(Duration.ofSeconds(90), Drain.WhenBusy.REFUSE, Drain.PORT, Drain.PATH)),
            List.of("b"),
            Optional.empty()),
        declared(", drain: {timeout: 90s}"));
    assertEquals(new Safeguards(0, Optional.empty(), List.of("b"), Optional.empty()), declared(""));
  }
}
