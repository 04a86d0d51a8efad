// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.e2e.McpClient.ToolAnswer;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.testkit.cluster.SharedCluster;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The sidecar of a guarded pod is killed in the middle of a stop or restart: its caller is told of
 * no success, what stands afterwards is what {@code docs/concepts/workloads.md} says of the moment,
 * and nothing is done a second time (T124). Each write of a workload's spec counts in its
 * generation. Every moment has a server of its own, so that no kubelet waits before a second
 * restart. A sidecar that is told to end, as in a rollout, has time and leaves nothing half done.
 */
@ExtendWith({SharedCluster.class, InstalledProduct.class})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SidecarKilledE2E {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final Duration HEALED_WITHIN = Duration.ofSeconds(90);
  private static final int ENDS_AFTER_SECONDS = 15;
  private static final JsonObject ANY_MODEL = JsonObject.builder().put("model", "any").build();
  private static final JsonObject AT_ONCE = JsonObject.builder().put("timeout", 1).build();
  private static final JsonObject PATIENTLY = JsonObject.builder().put("timeout", 45).build();

  private final Product product;
  private final GuardedNamespace namespace;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Guarded busy = new Guarded("busy", "Deployment", 30091);
  private final Guarded ending = new Guarded("ending", "Deployment", 30092);
  private final Guarded restarting = new Guarded("restarting", "StatefulSet", 30093);
  private final Guarded cutOff = new Guarded("cut-off", "StatefulSet", 30094);
  private final Guarded leaving = new Guarded("leaving", "StatefulSet", 30095);

  /** A server, its grant, its policy and its one workload, all of one name. */
  private record Guarded(String name, String kind, int nodePort) {

    /** A StatefulSet counts pods until they have ended, so a restart waits for them. */
    String workload() {
      String model = Manifests.modelServer(name, 2, "200ms");
      return name.equals("busy")
          ? model
          : Manifests.slowToEnd(model, ENDS_AFTER_SECONDS)
              .replaceFirst("kind: Deployment", "kind: " + kind);
    }

    String resource() {
      return kind.toLowerCase(Locale.ROOT) + "/" + name;
    }

    /** Only who may list pods sees those of a Deployment that are still ending. */
    String server() {
      String server = Manifests.server(name, name).replace("kind: Deployment", "kind: " + kind);
      return switch (name) {
        case "busy" ->
            server.replace("name: busy}}", "name: busy}, drain: {timeout: 1m}}")
                + "  capabilities: [Pods]\n";
        case "ending" -> server + "  capabilities: [Pods]\n";
        default -> server;
      };
    }
  }

  SidecarKilledE2E(Product product) {
    this.product = product;
    namespace = GuardedNamespace.create(product, "sidecar-killed");
  }

  @BeforeAll
  void startGuardedServers() {
    List<Guarded> all = List.of(busy, ending, restarting, cutOff, leaving);
    for (Guarded each : all) {
      namespace.apply(
          each.workload(),
          each.server(),
          Manifests.grant(each.name(), each.name()),
          Manifests.policy(
              each.name(),
              each.name(),
              "{start_vllm: {}, restart_vllm: {}, list_vllm_containers: {}, stop_vllm: {limits:"
                  + " [{counter: stops, window: day, max: 2, scope: grant, algorithm: sliding}]}}"));
    }
    for (Guarded each : all) {
      namespace.awaitEnforced(each.name());
      namespace.kubectl("rollout", "status", each.resource(), "--timeout=120s");
    }
  }

  @AfterAll
  void deleteNamespace() {
    threads.close();
    namespace.close();
  }

  @Test
  void killedWhileItWaitsForRequestsNothingIsStopped() throws Exception {
    String pod = namespace.podOf("busy");
    ModelServer model = ModelServer.in(namespace, pod);
    try (Killing killing = new Killing(busy);
        PortForward forward = namespace.forward("pod/" + pod, 8000);
        var streams = CompletionStreams.begin(forward, 3, 60)) { // twelve seconds each
      Waiting.until("requests run", SOON, () -> model.running() == 3);
      Future<ToolAnswer> stop = killing.call("stop_vllm", JsonObject.EMPTY);
      awaitSomebodyElsesLook(model);
      killing.kill();
      assertBroken(stop);
      stands(busy, 2, 0);
      assertEquals("", kept(busy));
      killing.awaitBack();
      assertEquals(3, streams.completed(), "no request was cut");
      stands(busy, 2, 0);
      assertEquals(0, changes(busy));

      // Counters are in memory: what is allowed now is what a day allows, and not more.
      assertEquals(
          "True",
          namespace.kubectl(
              "get",
              "mcpserver/busy",
              "-o",
              "jsonpath={.status.conditions[?(@.type==\"CountersVolatile\")].status}"));
      for (int stopped = 1; stopped <= 2; stopped++) {
        done(killing.agent.call("stop_vllm"));
        stands(busy, 0, 2 * stopped - 1);
        done(killing.agent.call("start_vllm", ANY_MODEL));
        stands(busy, 2, 2 * stopped);
      }
      ToolAnswer third = killing.agent.call("stop_vllm");
      assertTrue(third.isError() && third.text().contains("is limited to 2 calls"), third::text);
      stands(busy, 2, 4);
    }
  }

  @Test
  void killedWhilePodsEndItStaysStoppedByOneWrite() throws Exception {
    try (Killing killing = new Killing(ending)) {
      Future<ToolAnswer> stop = killing.call("stop_vllm", PATIENTLY);
      awaitReplicas(ending, 0);
      killing.kill();
      assertBroken(stop);
      assertFalse(podsOf(ending).isEmpty(), "they take their time to end");
      String kept = kept(ending);
      assertTrue(kept.contains("\"previousReplicas\":2"), kept);
      killing.awaitBack();
      killing.assertDecidedBefore(kept);
      stands(ending, 0, 1);

      String again = done(killing.agent.call("stop_vllm", AT_ONCE));
      assertTrue(again.startsWith("`vllm-server` was not running"), again);
      stands(ending, 0, 1);
      assertEquals(kept, kept(ending), "what was kept is kept");
      done(killing.agent.call("start_vllm", ANY_MODEL));
      stands(ending, 2, 2);
      goesOn(killing, 2);
    }
  }

  @Test
  void killedInTheMiddleOfARestartItStaysAtZeroUntilTheNextOne() throws Exception {
    try (Killing killing = new Killing(restarting)) {
      Future<ToolAnswer> restart = killing.call("restart_vllm", JsonObject.EMPTY);
      awaitReplicas(restarting, 0);
      killing.kill();
      assertBroken(restart);
      String kept = kept(restarting);
      assertTrue(kept.contains("\"previousReplicas\":2"), kept);
      killing.awaitBack();
      killing.assertDecidedBefore(kept);
      stands(restarting, 0, 1);

      String next = done(killing.agent.call("restart_vllm"));
      assertTrue(next.contains("did not run and was scaled from 0 to 2 replicas"), next);
      stands(restarting, 2, 2);
      goesOn(killing, 2);
    }
  }

  /** It could neither bring the workload back nor, once restarted, know its policy. */
  @Test
  void killedInARestartWhileTheApiServerIsAwayItServesNothingUntilItIsBack() throws Exception {
    try (Killing killing = new Killing(cutOff)) {
      String kept;
      Future<ToolAnswer> restart = killing.call("restart_vllm", JsonObject.EMPTY);
      awaitReplicas(cutOff, 0);
      try (AutoCloseable _ = killing.node.cutOffFromApiServer(killing.pod)) {
        kept = kept(cutOff);
        killing.kill();
        assertBroken(restart);
        Waiting.until(
            "the kubelet has started it again",
            SOON,
            () -> killing.sidecar().getRestartCount() > 0 && killing.sidecar().getStarted());
        assertThrows(IOException.class, () -> killing.agent.call("start_vllm", ANY_MODEL));
        stands(cutOff, 0, 1);
      }
      assertTrue(kept.contains("\"previousReplicas\":2"), kept);
      killing.awaitBack();
      stands(cutOff, 0, 1);
      assertEquals(kept, kept(cutOff));

      Command.Outcome restored =
          product.attempt(
              "", List.of("kubectl", "mcp-policy", "restore", "cut-off", "-n", namespace.name()));
      assertEquals(0, restored.exitCode(), restored::output);
      stands(cutOff, 2, 2);
      goesOn(killing, 2);
    }
  }

  @Test
  void toldToEndInTheMiddleOfARestartItBringsTheWorkloadBackAtOnce() throws Exception {
    try (Killing killing = new Killing(leaving)) {
      Future<ToolAnswer> restart = killing.call("restart_vllm", JsonObject.EMPTY);
      awaitReplicas(leaving, 0);
      namespace.kubectl("delete", "pod", killing.pod.getMetadata().getName(), "--wait=false");
      ToolAnswer answer = restart.get(60, TimeUnit.SECONDS);
      assertTrue(
          answer.isError() && answer.text().contains("had not ended when this proxy had to end"),
          answer::text);
      stands(leaving, 2, 2);
    }
  }

  /** A stop and a start, once each, as if nothing had been. */
  private void goesOn(Killing killing, int writesBefore) throws Exception {
    Guarded guarded = killing.guarded;
    done(killing.agent.call("stop_vllm", AT_ONCE));
    stands(guarded, 0, writesBefore + 1);
    done(killing.agent.call("start_vllm", ANY_MODEL));
    stands(guarded, 2, writesBefore + 2);
    Waiting.until(
        "both are told as Events, and of those before each at most once",
        SOON,
        () -> {
          long told = changes(guarded);
          assertTrue(told <= writesBefore + 2, "Events: " + told);
          return told >= 2;
        });
  }

  /** Its replicas, and how often its spec was written since it was made. */
  private void stands(Guarded guarded, int replicas, int writes) {
    assertEquals(
        "%d replicas, %d writes".formatted(replicas, writes),
        "%d replicas, %d writes"
            .formatted(
                number(guarded, ".spec.replicas"), number(guarded, ".metadata.generation") - 1));
  }

  private int number(Guarded guarded, String field) {
    return Integer.parseInt(
        namespace.kubectl("get", guarded.resource(), "-o", "jsonpath={" + field + "}"));
  }

  private void awaitReplicas(Guarded guarded, int replicas) {
    Waiting.until(
        guarded.name() + " has " + replicas + " replicas",
        SOON,
        () -> number(guarded, ".spec.replicas") == replicas);
  }

  private List<Pod> podsOf(Guarded guarded) {
    return namespace
        .client()
        .pods()
        .inNamespace(namespace.name())
        .withLabel("app", guarded.name())
        .list()
        .getItems();
  }

  /** What the McpServerState keeps of the workload, in JSON; empty when that is nothing. */
  private String kept(Guarded guarded) {
    return namespace.kubectl(
        "get", "mcpserverstate/" + guarded.name(), "-o", "jsonpath={.spec.workloads.vllm-server}");
  }

  private long changes(Guarded guarded) {
    return namespace.eventsOfSidecars().stream()
        .filter(event -> guarded.name().equals(event.getRegarding().getName()))
        .count();
  }

  /** Until the metrics are read by more than this. */
  private static void awaitSomebodyElsesLook(ModelServer model) {
    var seen = new AtomicLong(model.requests("/metrics"));
    Waiting.until(
        "somebody else reads the metrics",
        SOON,
        () -> {
          long now = model.requests("/metrics");
          return now > seen.getAndSet(now) + 1;
        });
  }

  private static String done(ToolAnswer answer) {
    assertFalse(answer.isError(), answer::text);
    return answer.text();
  }

  /** The connection ends soon, and no answer came over it. */
  private static void assertBroken(Future<ToolAnswer> call) {
    ExecutionException broken =
        assertThrows(ExecutionException.class, () -> call.get(10, TimeUnit.SECONDS));
    assertTrue(broken.getCause() instanceof IOException, broken::toString);
  }

  /** An agent of a server whose sidecar is about to be killed. */
  private final class Killing implements AutoCloseable {
    private final Guarded guarded;
    private final McpClient agent;
    private final NodeShell node;
    private final Pod pod;

    Killing(Guarded guarded) {
      this.guarded = guarded;
      URI url = namespace.publish(guarded.name(), guarded.nodePort());
      agent = namespace.connect(url, guarded.name());
      node = NodeShell.open(namespace);
      pod = namespace.serverPod(guarded.name());
    }

    Future<ToolAnswer> call(String tool, JsonObject arguments) {
      return threads.submit(() -> agent.call(tool, arguments));
    }

    void kill() {
      node.killSidecar(pod);
    }

    ContainerStatus sidecar() {
      return namespace.serverPod(guarded.name()).getStatus().getInitContainerStatuses().getFirst();
    }

    /** In the same pod, restarted once, and answering in the same session. */
    void awaitBack() {
      Waiting.until(
          "the sidecar is back",
          HEALED_WITHIN,
          () -> !agent.call("list_vllm_containers").isError());
      assertEquals(
          pod.getMetadata().getUid(), namespace.serverPod(guarded.name()).getMetadata().getUid());
      assertEquals(1, sidecar().getRestartCount(), "restarts");
    }

    /** What is kept names the decision, which is in the record of the process that was killed. */
    void assertDecidedBefore(String kept) {
      String decision = kept.replaceFirst(".*\"decision\":\"([^\"]+)\".*", "$1");
      String record =
          namespace.kubectl(
              "logs", pod.getMetadata().getName(), "-c", "mcp-policy-proxy", "--previous");
      assertTrue(
          record.lines().anyMatch(line -> line.contains("\"decision\":\"" + decision + "\"")),
          () -> decision + " is not in\n" + record);
    }

    @Override
    public void close() {
      agent.close();
    }
  }
}
