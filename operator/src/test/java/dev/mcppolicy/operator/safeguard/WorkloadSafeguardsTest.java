// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.safeguard;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.mcppolicy.api.v1alpha1.McpServer;
import dev.mcppolicy.bundle.Drain;
import dev.mcppolicy.bundle.Safeguards;
import dev.mcppolicy.operator.Resources;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class WorkloadSafeguardsTest {

  private static Safeguards declared(String more) {
    McpServer server =
        Resources.server(
            "vllm",
            "{transport: {stdio: {}}, workloads: [{name: a, target: {apiVersion: apps/v1, kind: Deployment, name: a}"
                + more
                + "}]}");
    return WorkloadSafeguards.declared(server.getSpec().workloads().getFirst(), List.of("b"));
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
