// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.contested;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.bundle.Contested;
import dev.mcppolicy.bundle.Workload;
import dev.mcppolicy.bundle.Workload.Target;
import dev.mcppolicy.operator.contested.ContestedLook.Seen;
import dev.mcppolicy.testkit.cluster.SharedCluster;
import dev.mcppolicy.testkit.cluster.TestCluster;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Who is found by the managed fields that a real API server leaves (T123). */
@ExtendWith(SharedCluster.class)
final class ManagedFieldsIT {
  private static final String DEPLOYMENT =
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: vllm}
      spec:
        replicas: 2
        selector: {matchLabels: {app: vllm}}
        template:
          metadata: {labels: {app: vllm}}
          spec:
            schedulerName: none
            containers: [{name: main, image: "docker.io/local/pause:1"}]
      """;

  private final KubernetesClient client;
  private final String namespace;
  private Optional<Memory> memory = Optional.empty();

  ManagedFieldsIT(TestCluster cluster) {
    client = cluster.client();
    namespace = cluster.createNamespace("contested");
  }

  @BeforeEach
  void deploy() {
    client.load(stream(DEPLOYMENT)).inNamespace(namespace).create();
  }

  @AfterEach
  void remove() {
    client.namespaces().withName(namespace).delete();
  }

  private static InputStream stream(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  private Optional<Contested> look(Optional<Instant> stopped) {
    Seen seen =
        Objects.requireNonNull(
            new ContestedLook(
                    new ReadObjects(client),
                    new ContestedSettings(true, true, true, true, true, "argocd"))
                .look(
                    namespace,
                    "srv",
                    List.of(
                        new Declared(
                            "w", 0, new Target("apps/v1", "Deployment", "vllm"), Optional.empty())),
                    memory.map(last -> Map.of("w", last)).orElse(Map.of()),
                    _ -> stopped)
                .get("w"));
    memory = seen.memory();
    return seen.contested();
  }

  private void patch(String manager, String subresource, PatchType type, String body) {
    PatchContext context =
        new PatchContext.Builder().withPatchType(type).withFieldManager(manager).build();
    var deployment = client.apps().deployments().inNamespace(namespace).withName("vllm");
    if (subresource.isEmpty()) {
      deployment.patch(context, body);
    } else {
      deployment.subresource(subresource).patch(context, body);
    }
  }

  @Test
  void whoUndoesAStopThatWasSeenIsFound() {
    Instant stop = Instant.now();
    assertEquals(Optional.empty(), look(Optional.empty()));
    patch(Workload.FIELD_MANAGER, "scale", PatchType.JSON_MERGE, "{\"spec\":{\"replicas\":0}}");
    assertEquals(Optional.empty(), look(Optional.of(stop)));
    patch("scaler-of-theirs", "", PatchType.JSON_MERGE, "{\"spec\":{\"replicas\":2}}");
    Contested.Refused refused =
        assertInstanceOf(Contested.Refused.class, look(Optional.of(stop)).orElseThrow());
    assertTrue(refused.by().startsWith("`scaler-of-theirs`"), refused.by());
  }

  @Test
  void argoCdIsFoundThoughItOwnsNoReplicasAndLetsGoAsItsRemedySays() {
    patch(
        "argocd-controller",
        "",
        PatchType.JSON_MERGE,
        "{\"metadata\":{\"annotations\":{\"argocd.argoproj.io/tracking-id\":\"llm:apps/Deployment:"
            + namespace
            + "/vllm\"}}}");
    Contested.Refused refused =
        assertInstanceOf(Contested.Refused.class, look(Optional.empty()).orElseThrow());
    assertTrue(refused.remedy().contains("path: /metadata/managedFields"), refused.remedy());
    patch(
        "kubectl-patch",
        "",
        PatchType.JSON,
        "[{\"op\":\"replace\",\"path\":\"/metadata/managedFields\",\"value\":[{}]}]");
    assertEquals(Optional.empty(), look(Optional.empty()));
  }
}
