// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.contested;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.api.v1alpha1.McpServer;
import dev.mcppolicy.bundle.Contested;
import dev.mcppolicy.bundle.Workload.Target;
import dev.mcppolicy.operator.watch.Cluster;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Looks at regular intervals, whatever one look meets. */
final class ContestedWorkloadsTest {
  private static final ContestedSettings AUTOSCALERS =
      new ContestedSettings(true, false, false, false, false, "argocd");
  private static final List<Declared> DECLARED =
      List.of(new Declared("w", 0, new Target("apps/v1", "Deployment", "vllm"), Optional.empty()));

  private final KubernetesClient client =
      new KubernetesClientBuilder()
          .withConfig(new ConfigBuilder().withMasterUrl("https://127.0.0.1:1").build())
          .build();
  private final Cluster cluster = new Cluster(client, Set.of());
  private final FakeObjects objects = new FakeObjects();

  @AfterEach
  void close() {
    cluster.close();
    client.close();
  }

  /** Fails so many times, by whatever is given. */
  private record Failing(
      ContestedObjects objects, AtomicInteger failures, Supplier<RuntimeException> by)
      implements ContestedObjects {
    @Override
    public List<GenericKubernetesResource> list(ResourceDefinitionContext kind, String namespace) {
      if (failures.getAndDecrement() > 0) {
        throw by.get();
      }
      return objects.list(kind, namespace);
    }

    @Override
    public Optional<GenericKubernetesResource> read(
        ResourceDefinitionContext kind, String namespace, String name) {
      return objects.read(kind, namespace, name);
    }

    @Override
    public Optional<GenericKubernetesResource> target(Target target, String namespace) {
      return objects.target(target, namespace);
    }

    @Override
    public Optional<String> scalable(String apiVersion, String kind) {
      return objects.scalable(apiVersion, kind);
    }
  }

  private static McpServer server(String uid) {
    var server = new McpServer();
    server.setMetadata(
        new ObjectMetaBuilder().withNamespace("inference").withName("srv").withUid(uid).build());
    return server;
  }

  private void autoscaled() {
    objects.with(
        """
        apiVersion: autoscaling/v2
        kind: HorizontalPodAutoscaler
        metadata: {name: load, namespace: inference}
        spec: {minReplicas: 2, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: vllm}}
        """);
  }

  @Test
  void looksAgainAfterLooksThatFailInAnyWay() throws Exception {
    var found = new CountDownLatch(1);
    var failures = new AtomicInteger();
    try (var contested =
        new ContestedWorkloads(
            new Failing(objects, failures, () -> new IllegalStateException("broken")),
            cluster,
            (_, _) -> Optional.of("u"),
            AUTOSCALERS,
            Duration.ofMillis(1))) {
      assertEquals(Map.of(), contested.of(server("u"), DECLARED, Map.of()));
      failures.set(3);
      contested.start((_, _) -> found.countDown());
      autoscaled();
      assertTrue(found.await(30, TimeUnit.SECONDS), "it stopped looking");
      assertTrue(failures.get() < 0, "no look failed");
      assertEquals(
          Map.of("w", new Contested.Rests("HorizontalPodAutoscaler `load`", 2)),
          contested.of(server("u"), DECLARED, Map.of()));
    }
  }

  @Test
  void takesNobodyForUncontestedWhomItCouldNotLookAt() {
    var failing =
        new Failing(
            objects,
            new AtomicInteger(2),
            () -> new KubernetesClientException("forbidden", 403, null));
    try (var contested =
        new ContestedWorkloads(
            failing, cluster, (_, _) -> Optional.of("u"), AUTOSCALERS, Duration.ofDays(1))) {
      Contested.Refused refused =
          assertInstanceOf(
              Contested.Refused.class, contested.of(server("u"), DECLARED, Map.of()).get("w"));
      assertTrue(refused.by().contains("forbidden"), refused.by());
      var before = new Contested.Rests("HorizontalPodAutoscaler `load`", 2);
      assertEquals(
          Map.of("w", before),
          contested.of(server("v"), DECLARED, Map.of("w", before)),
          "what the last bundle says holds");
    }
  }

  /** A server may be deleted while it is looked at for the first time, or made anew. */
  @Test
  void looksNoMoreAtAServerThatIsGone() {
    try (var contested =
        new ContestedWorkloads(
            objects, cluster, (_, _) -> Optional.of("v"), AUTOSCALERS, Duration.ofMillis(1))) {
      contested.of(server("u"), DECLARED, Map.of());
      contested.of(server("v"), DECLARED, Map.of());
      assertEquals(Set.of("u", "v"), contested.looked());
      contested.start((_, _) -> {});
      assertTimeoutPreemptively(
          Duration.ofSeconds(30),
          () -> {
            while (contested.looked().contains("u")) {
              Thread.onSpinWait();
            }
          });
      assertEquals(Set.of("v"), contested.looked());
    }
  }

  @Test
  void listsTheAutoscalersOfANamespaceOnceInARound() {
    autoscaled();
    var lists = new AtomicInteger(1);
    var round =
        new ListedOnce(new Failing(objects, lists, () -> new KubernetesClientException("not now")));
    var look = new ContestedLook(round, AUTOSCALERS);
    assertThrows(
        KubernetesClientException.class,
        () -> look.look("inference", "a", DECLARED, Map.of(), _ -> Optional.empty()));
    for (String server : List.of("a", "b", "c")) {
      assertEquals(
          1, look.look("inference", server, DECLARED, Map.of(), _ -> Optional.empty()).size());
    }
    look.look("other", "d", DECLARED, Map.of(), _ -> Optional.empty());
    assertEquals(-2, lists.get(), "one that failed, one for each namespace");
  }
}
