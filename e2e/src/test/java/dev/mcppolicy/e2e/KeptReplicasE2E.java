// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.e2e;

import static dev.mcppolicy.e2e.ContestedServer.ANY_MODEL;
import static dev.mcppolicy.e2e.ContestedServer.SOON;
import static dev.mcppolicy.e2e.ContestedServer.done;
import static dev.mcppolicy.e2e.ContestedServer.soon;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.e2e.McpClient.ToolAnswer;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.testkit.cluster.SharedCluster;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Workloads whose replicas a controller keeps that nobody has heard of: one that owns them, and one
 * that is a stranger until it has undone a stop (T123).
 */
@ExtendWith({SharedCluster.class, InstalledProduct.class})
final class KeptReplicasE2E {
  private static final String OWNERS =
      """
      apiVersion: apiextensions.k8s.io/v1
      kind: CustomResourceDefinition
      metadata: {name: modelsets.models.example}
      spec:
        group: models.example
        scope: Namespaced
        names: {kind: ModelSet, listKind: ModelSetList, plural: modelsets, singular: modelset}
        versions:
        - name: v1
          served: true
          storage: true
          subresources: {status: {}, scale: {specReplicasPath: .spec.replicas, statusReplicasPath: .status.replicas}}
          schema:
            openAPIV3Schema:
              type: object
              properties:
                spec: {type: object, properties: {replicas: {type: integer}}}
                status: {type: object, properties: {replicas: {type: integer}}}
      """;

  private final Product product;

  KeptReplicasE2E(Product product) {
    this.product = product;
  }

  /**
   * A controller that nobody has heard of.
   *
   * @param name of its field manager
   * @param tolerance short for one that undoes a stop while that waits, and long for one that does
   *     so after the operator has seen it stopped
   */
  private record Stranger(String name, Duration tolerance, int nodePort) {}

  /** At the same time, because most of it is waiting for the operator to look. */
  @Test
  void aStrangerIsRefusedOnceItHasUndoneAStopAndUntilItLetsGo() throws Exception {
    List<Stranger> strangers =
        List.of(
            new Stranger("hasty-keeper", Duration.ZERO, 30096),
            new Stranger("late-keeper", Duration.ofSeconds(30), 30097));
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> all =
          strangers.stream().<Future<?>>map(each -> threads.submit(() -> meet(each))).toList();
      assertAll(all.stream().map(each -> each::get));
    }
  }

  private Void meet(Stranger stranger) throws Exception {
    var keeps = new AtomicBoolean(true);
    try (GuardedNamespace namespace = GuardedNamespace.create(product, stranger.name())) {
      namespace.apply(Manifests.slowToEnd(Manifests.modelServer("vllm", 2, "1ms"), 5));
      namespace.awaitRollout("vllm");
      ContestedServer server = ContestedServer.guard(product, namespace);
      URI url = namespace.publish("srv", stranger.nodePort());
      server.awaitContested("");
      try (McpClient agent = namespace.connect(url, "agent");
          ReplicaKeeper keeper =
              ReplicaKeeper.start(
                  namespace,
                  "vllm",
                  stranger.name(),
                  () -> keeps.get() ? OptionalInt.of(2) : OptionalInt.empty(),
                  stranger.tolerance())) {
        String stopped = done(agent.call("stop_vllm")).text();
        assertEquals(
            stranger.tolerance().isZero(),
            stopped.contains(
                "were set by the field manager `%s` after this stop".formatted(stranger.name())),
            stopped);
        server.awaitContested("ChangesRefused");
        server.awaitReplicas("it was brought back", 2);
        ToolAnswer refused =
            server.refusedStop(
                agent, "`" + stranger.name() + "`, which scaled it up again after a stop");

        assertTrue(
            refused.text().contains("make `" + stranger.name() + "` leave spec.replicas alone"));
        keeps.set(false);
        server.follow(refused);
        stays(namespace, keeper, 0);
        server.awaitContested("");
        soon(agent, "start_vllm", ANY_MODEL);
        stays(namespace, keeper, 2);
        done(agent.call("stop_vllm"));
        stays(namespace, keeper, 0);
      }
    }
    return null;
  }

  @Test
  void whatIsOwnedIsStoppedThroughItsOwner() throws Exception {
    product.run(List.of("true"));
    try (GuardedNamespace namespace = GuardedNamespace.create(product, "owned")) {
      namespace.apply(OWNERS);
      namespace.kubectl(
          "wait", "--for=condition=Established", "crd/modelsets.models.example", "--timeout=60s");
      namespace.apply(
          Manifests.modelServer("vllm", 2, "1ms"),
          """
          apiVersion: models.example/v1
          kind: ModelSet
          metadata: {name: all-models}
          spec: {replicas: 2}
          """);
      Resource<GenericKubernetesResource> owner =
          namespace
              .client()
              .genericKubernetesResources("models.example/v1", "ModelSet")
              .inNamespace(namespace.name())
              .withName("all-models");
      namespace.kubectl(
          "patch",
          "deployment/vllm",
          "--type=merge",
          "--patch",
          """
          metadata:
            ownerReferences:
            - {apiVersion: models.example/v1, kind: ModelSet, name: all-models, uid: %s, controller: true}
          """
              .formatted(owner.require().getMetadata().getUid()));
      try (ReplicaKeeper keeper =
          ReplicaKeeper.start(
              namespace,
              "vllm",
              "model-set-controller",
              () -> reconciled(namespace, owner),
              Duration.ZERO)) {
        throughItsOwner(ContestedServer.guard(product, namespace), keeper);
      }
    } finally {
      product.kubectl("delete", "crd", "modelsets.models.example", "--wait=false");
      product.install();
    }
  }

  /** What the owner wants, after its status says how many there are. */
  private OptionalInt reconciled(
      GuardedNamespace namespace, Resource<GenericKubernetesResource> owner) {
    owner
        .subresource("status")
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"status\":{\"replicas\":%d}}"
                .formatted(product.statusReplicas(namespace.name(), "vllm")));
    return OptionalInt.of((Integer) owner.require().get("spec", "replicas"));
  }

  private void throughItsOwner(ContestedServer server, ReplicaKeeper keeper) throws Exception {
    GuardedNamespace namespace = server.namespace();
    namespace.kubectl("scale", "deployment/vllm", "--replicas=0");
    server.awaitReplicas("its owner brings it back", 2);
    server.awaitContested("ChangesRefused");
    URI url = namespace.publish("srv", 30099);
    try (McpClient agent = namespace.connect(url, "agent")) {
      ToolAnswer refused = server.refusedStop(agent, "ModelSet `all-models`, which owns it");
      String notAllowed = server.refusedCommand(refused);
      String value =
          "`{group: models.example, resource: modelsets}` to the chart value `scaleTargets`";
      assertTrue(notAllowed.contains(value), notAllowed);
      product.install("scaleTargets[0].group=models.example,scaleTargets[0].resource=modelsets");
      server.follow(refused);
      server.awaitContested("");

      soon(agent, "stop_vllm", JsonObject.EMPTY);
      server.awaitReplicas("its owner follows", 0);
      stays(namespace, keeper, 0);
      done(agent.call("start_vllm", ANY_MODEL));
      server.awaitReplicas("its owner follows", 2);
      stays(namespace, keeper, 2);
    }
  }

  /** Over four more looks of the controller. */
  private static void stays(GuardedNamespace namespace, ReplicaKeeper keeper, int replicas) {
    long wanted = keeper.looks() + 4;
    Waiting.until(
        "it has looked four times more",
        SOON,
        () -> {
          assertEquals(replicas, namespace.specReplicas("vllm"));
          return keeper.looks() >= wanted;
        });
  }
}
