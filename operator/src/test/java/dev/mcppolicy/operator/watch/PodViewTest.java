// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PodViewTest {
  private static final KubernetesSerialization YAML = new KubernetesSerialization();

  /** The sidecar serves before its kubelet says so, and acknowledges after it serves. */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          nothing is reported yet | true  | {nodeName: n, initContainers: [{name: mcp-policy-proxy}]} | {phase: Pending}
          it waits, was reported  | true  | {nodeName: n, initContainers: [{name: mcp-policy-proxy}]} | {initContainerStatuses: [{name: mcp-policy-proxy, started: false, state: {waiting: {reason: ContainerCreating}}}]}
          it has started          | true  | {nodeName: n, initContainers: [{name: mcp-policy-proxy}]} | {initContainerStatuses: [{name: mcp-policy-proxy, started: true}]}
          it has no node          | false | {initContainers: [{name: mcp-policy-proxy}]}              | {phase: Pending}
          it has no sidecar       | false | {nodeName: n, initContainers: [{name: another}]}          | {phase: Running}
          """)
  void mayDecideFromTheMomentThatItHasANode(
      String what, boolean mayDecide, String spec, String status) {
    Pod pod =
        YAML.unmarshal(
            "kind: Pod\napiVersion: v1\nmetadata: {name: a, uid: u}\nspec: %s\nstatus: %s"
                .formatted(spec, status),
            Pod.class);
    assertEquals(List.of(new PodView("a", "u", mayDecide)), PodView.living(List.of(pod)), what);
  }
}
