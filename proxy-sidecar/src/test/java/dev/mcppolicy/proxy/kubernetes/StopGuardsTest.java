// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.kubernetes;

import static dev.mcppolicy.proxy.kubernetes.FakeApiServer.json;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.bundle.Drain;
import dev.mcppolicy.bundle.Drain.WhenBusy;
import dev.mcppolicy.bundle.Safeguards;
import dev.mcppolicy.bundle.Workload;
import dev.mcppolicy.json.JsonText;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.proxy.workload.Ending;
import dev.mcppolicy.proxy.workload.Revocation;
import dev.mcppolicy.proxy.workload.StopOptions;
import dev.mcppolicy.proxy.workload.StopOptions.Removal;
import dev.mcppolicy.proxy.workload.VllmMetrics;
import dev.mcppolicy.proxy.workload.WorkloadOutcome;
import dev.mcppolicy.proxy.workload.WorkloadOutcome.Changed;
import dev.mcppolicy.proxy.workload.WorkloadOutcome.Refused;
import dev.mcppolicy.proxy.workload.WorkloadPreview;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Floor, budgets and drain of a stop (T123, T124). */
final class StopGuardsTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final Duration SOON = Duration.ofMillis(100);
  private static final StopOptions AT_ONCE = new StopOptions(Duration.ZERO, Removal.UNSAID);
  private static final String DEPLOYMENTS = "/apis/apps/v1/namespaces/inference/deployments/";
  private static final String BUDGETS =
      "/apis/policy/v1/namespaces/inference/poddisruptionbudgets/";
  private static final String STATE = SidecarOfAFake.STATE;
  private static final String PODS = "/api/v1/namespaces/inference/pods";
  private static final Optional<String> LLAMA = Optional.of("meta/llama");

  /** The common pool would let one call help another, which waits for it. */
  private final Executor threads = Executors.newVirtualThreadPerTaskExecutor();

  @TempDir Path folder;
  private Instant now = Instant.parse("2026-01-02T03:04:05Z");
  private SidecarOfAFake sidecar;
  private FakeApiServer api;
  private WorkloadsByKind workloads;

  @BeforeEach
  void connect() throws IOException {
    sidecar = new SidecarOfAFake(folder);
    api = sidecar.api;
    workloads = sidecar.workloads(() -> now);
  }

  @AfterEach
  void disconnect() {
    sidecar.close();
  }

  private void pod(String ip, VllmMetrics... answers) {
    sidecar.answers(ip + ":8000/metrics", List.of(answers));
  }

  private static VllmMetrics requests(int running, int waiting) {
    return new VllmMetrics.Counted(running, waiting);
  }

  private static Workload workload(
      String name, Optional<String> model, int floor, Optional<Drain> drain, String... budgets) {
    return new Workload(
        name,
        false,
        new Workload.Target("apps/v1", "Deployment", name),
        model,
        new Safeguards(floor, drain, List.of(budgets), Optional.empty()));
  }

  private static Optional<Drain> drain(Duration timeout, WhenBusy whenBusy) {
    return Optional.of(new Drain(timeout, whenBusy, 8000, "/metrics"));
  }

  /** With a controller that makes what is wanted ready at once. */
  private void deployment(String name, int wanted, int ready) {
    put(name, wanted, ready);
    api.afterPatch.put(
        DEPLOYMENTS + name + "/scale",
        () -> {
          int scaled = replicas(name);
          put(name, scaled, scaled);
        });
  }

  private void put(String name, int wanted, int ready) {
    api.put(
        DEPLOYMENTS + name + "/scale",
        json(
            "{\"spec\":{\"replicas\":%d},\"status\":{\"replicas\":%d}}".formatted(wanted, wanted)));
    api.put(
        DEPLOYMENTS + name,
        json(
            "{\"metadata\":{\"name\":\"%s\"},\"spec\":{\"replicas\":%d,\"selector\":{\"matchLabels\":{\"app\":\"%s\"}}},\"status\":{\"replicas\":%d,\"readyReplicas\":%d,\"terminatingReplicas\":0}}"
                .formatted(name, wanted, name, wanted, ready)));
  }

  private int replicas(String name) {
    return Integer.parseInt(
        JsonText.string(api.spec(DEPLOYMENTS + name + "/scale")).replaceAll("\\D", ""));
  }

  private void budget(String name, int allowed, int generation, int observed) {
    api.put(
        BUDGETS + name,
        json(
            "{\"metadata\":{\"name\":\"%s\",\"generation\":%d},\"status\":{\"observedGeneration\":%d,\"disruptionsAllowed\":%d}}"
                .formatted(name, generation, observed, allowed)));
  }

  private static String pod(String name, String ip, boolean ready, String more) {
    return "{\"metadata\":{\"name\":\"%s\",\"labels\":{\"app\":\"a\",\"pod-template-hash\":\"h\"}%s,\"ownerReferences\":[{\"controller\":true,\"kind\":\"ReplicaSet\",\"name\":\"a-h\"}]},\"status\":{\"podIP\":\"%s\",\"conditions\":[{\"type\":\"Ready\",\"status\":\"%s\"}]}}"
        .formatted(name, more, ip, ready ? "True" : "False");
  }

  private void pods(String... pods) {
    api.put(PODS, json("{\"items\":[" + String.join(",", pods) + "]}"));
  }

  private WorkloadOutcome stop(Workload workload, Workload... others) {
    var declared = new java.util.ArrayList<>(List.of(others));
    declared.add(workload);
    return workloads.stop(workload, declared, AT_ONCE, TIMEOUT);
  }

  private Refused refused(WorkloadOutcome outcome) {
    assertEquals(
        List.of(),
        api.requests("PATCH", "/").stream()
            .filter(request -> !request.body().contains("\"turn\":"))
            .toList(),
        "nothing may be changed");
    return assertInstanceOf(Refused.class, outcome);
  }

  private static Changed changed(WorkloadOutcome outcome) {
    return assertInstanceOf(Changed.class, outcome);
  }

  @Test
  void keepsTheFloorAmongTheWorkloadsOfTheModel() {
    Workload a = workload("a", LLAMA, 1, Optional.empty());
    Workload b = workload("b", LLAMA, 0, Optional.empty());
    Workload other = workload("c", Optional.of("another"), 0, Optional.empty());
    deployment("a", 2, 2);
    deployment("b", 1, 0);
    deployment("c", 5, 5);
    Refused refused = refused(stop(a, b, other));
    assertEquals(
        "1 replica of the model `meta/llama` must stay ready (minReadyReplicas), and without `a` 0"
            + " would be: `b` 0; nothing was changed, start another one and wait until it is ready,"
            + " then try again",
        refused.why());
    assertEquals(
        "{\"refusedBy\":\"minReadyReplicas\",\"minReadyReplicas\":1,\"readyReplicasLeft\":0}",
        JsonText.string(refused.facts()));
    deployment("b", 1, 1);
    changed(stop(a, b, other));
  }

  @Test
  void holdsAFloorThatAnotherWorkloadOfTheModelDeclares() {
    Workload a = workload("a", LLAMA, 3, Optional.empty());
    Workload b = workload("b", LLAMA, 0, Optional.empty());
    deployment("a", 2, 2);
    deployment("b", 1, 1);
    assertEquals(
        "{\"refusedBy\":\"minReadyReplicas\",\"minReadyReplicas\":3,\"readyReplicasLeft\":2}",
        JsonText.string(refused(stop(b, a)).facts()));
  }

  @Test
  void neverStopsAWorkloadWithAFloorThatCountsAlone() {
    Workload a = workload("a", Optional.empty(), 1, Optional.empty());
    Workload b = workload("b", Optional.empty(), 0, Optional.empty());
    deployment("a", 9, 9);
    deployment("b", 9, 9);
    assertTrue(
        refused(stop(a, b)).why().contains("only whoever owns the McpServer can lower"),
        "a workload without a model has no group");
    changed(stop(b, a));
  }

  @Test
  void countsWhatIsToldToEndForNothing() {
    Workload a = workload("a", LLAMA, 1, Optional.empty());
    Workload b = workload("b", LLAMA, 0, Optional.empty());
    deployment("a", 1, 1);
    deployment("b", 0, 2); // scaled to 0, and its pods still answer
    refused(stop(a, b));
  }

  @Test
  void countsTwoNamesOfOneObjectOnce() {
    Workload a = workload("a", LLAMA, 1, Optional.empty());
    Workload alias = new Workload("alias", false, a.target(), LLAMA);
    deployment("a", 2, 2);
    refused(stop(a, alias));
    refused(stop(alias, a));
  }

  @Test
  void refusesWhenOthersCannotBeSeen() {
    Workload a = workload("a", LLAMA, 1, Optional.empty());
    Workload gone = workload("gone", LLAMA, 0, Optional.empty());
    deployment("a", 1, 1);
    assertTrue(refused(stop(a, gone)).why().contains(": `gone` not known;"));
  }

  @Test
  void stopsWhatIsStoppedWhateverTheFloor() {
    Workload a = workload("a", LLAMA, 1, Optional.empty(), "b");
    deployment("a", 0, 0);
    assertInstanceOf(WorkloadOutcome.AlreadyThere.class, stop(a));
  }

  @Test
  void letsARestartThroughThatTakesNoReadyReplica() {
    Workload a = workload("a", LLAMA, 1, Optional.empty());
    deployment("a", 2, 0); // it crashes in a loop
    refused(stop(a));
    changed(workloads.restart(a, List.of(a), TIMEOUT));
    deployment("a", 2, 1);
    assertInstanceOf(Refused.class, workloads.restart(a, List.of(a), TIMEOUT));
    assertEquals(2, replicas("a"));
  }

  @Test
  void ofTwoStopsAtOnceOneSeesTheOther() throws Exception {
    Workload a = workload("a", LLAMA, 1, Optional.empty());
    Workload b = workload("b", LLAMA, 1, Optional.empty());
    for (int round = 0; round < 10; round++) {
      deployment("a", 1, 1);
      deployment("b", 1, 1);
      var first = CompletableFuture.supplyAsync(() -> stop(a, b), threads);
      var second = CompletableFuture.supplyAsync(() -> stop(b, a), threads);
      long stopped =
          List.of(first.get(), second.get()).stream().filter(Changed.class::isInstance).count();
      assertEquals(1, stopped, first.get() + " " + second.get());
      assertEquals(1, replicas("a") + replicas("b"));
    }
  }

  @Test
  void ofTwoStopsThroughTwoSidecarsOneSeesTheOther() throws Exception {
    Workload a = workload("a", LLAMA, 1, Optional.empty());
    Workload b = workload("b", LLAMA, 1, Optional.empty());
    WorkloadsByKind other = sidecar.workloads(() -> now); // in another pod
    for (int round = 0; round < 40; round++) {
      deployment("a", 1, 1);
      deployment("b", 1, 1);
      var first = CompletableFuture.supplyAsync(() -> stop(a, b), threads);
      var second =
          CompletableFuture.supplyAsync(
              () -> other.stop(b, List.of(a, b), AT_ONCE, TIMEOUT), threads);
      long stopped =
          List.of(first.get(), second.get()).stream().filter(Changed.class::isInstance).count();
      assertEquals(1, stopped, first.get() + " " + second.get());
      assertEquals(1, replicas("a") + replicas("b"));
      assertTrue(api.spec(STATE).get("turn").isEmpty(), "a turn ends with its stop");
    }
  }

  @Test
  void ofTwoStopsThroughTwoSidecarsOneSpendsTheBudget() throws Exception {
    Workload a = workload("a", Optional.empty(), 0, Optional.empty(), "one");
    Workload b = workload("b", Optional.empty(), 0, Optional.empty(), "one");
    WorkloadsByKind other = sidecar.workloads(() -> now); // in another pod
    for (int round = 0; round < 20; round++) {
      deployment("a", 2, 2);
      deployment("b", 2, 2);
      budget("one", 3, 1, 1); // and Kubernetes does not count before the next round
      var first = CompletableFuture.supplyAsync(() -> stop(a), threads);
      var second =
          CompletableFuture.supplyAsync(() -> other.stop(b, List.of(b), AT_ONCE, TIMEOUT), threads);
      long stopped =
          List.of(first.get(), second.get()).stream().filter(Changed.class::isInstance).count();
      assertEquals(1, stopped, first.get() + " " + second.get());
      assertEquals(2, replicas("a") + replicas("b"));
      now = now.plusSeconds(31);
    }
  }

  @Test
  void waitsForASidecarThatStopsAndNotForOneThatDied() throws Exception {
    Workload a = workload("a", LLAMA, 1, Optional.empty());
    Workload b = workload("b", LLAMA, 0, Optional.empty());
    deployment("a", 1, 1);
    deployment("b", 1, 1);
    turn(now.plusSeconds(60));
    Refused refused =
        assertInstanceOf(
            Refused.class, workloads.stop(a, List.of(a, b), AT_ONCE, Duration.ofSeconds(1)));
    assertEquals(
        "other workloads of this server are still being stopped; nothing was changed, try again",
        refused.why());
    assertEquals(1, replicas("a"));
    var stopped = CompletableFuture.supplyAsync(() -> stop(a, b), threads);
    int before = api.requests("GET", STATE).size();
    while (api.requests("GET", STATE).size() < before + 2) {
      Thread.onSpinWait();
    }
    assertEquals(1, replicas("a"), "it waits");
    api.put(STATE, JsonObject.EMPTY);
    changed(stopped.get(10, TimeUnit.SECONDS));
    deployment("a", 1, 1);
    turn(now.minusSeconds(16));
    changed(stop(a, b));
  }

  @Test
  void stopsNothingWhenItsTurnCannotBeNoted() {
    Workload a = workload("a", LLAMA, 1, Optional.empty());
    Workload b = workload("b", LLAMA, 0, Optional.empty());
    deployment("a", 1, 1);
    deployment("b", 1, 1);
    api.fault("PATCH " + STATE, 500, "no");
    Refused refused = assertInstanceOf(Refused.class, stop(a, b));
    assertTrue(refused.why().contains("McpServerState"), refused.why());
    api.fault("GET " + STATE, 403, "forbidden");
    assertInstanceOf(Refused.class, stop(a, b));
    assertEquals(1, replicas("a"));
    api.fault("PATCH " + STATE, FakeApiServer.LOST, ""); // noted, and the answer is lost
    assertInstanceOf(Refused.class, stop(a, b));
    assertEquals(1, replicas("a"));
    changed(stop(a, b)); // the turn is its own
  }

  private void turn(Instant until) {
    api.put(
        STATE, json("{\"spec\":{\"turn\":{\"holder\":\"x\",\"until\":\"%s\"}}}".formatted(until)));
  }

  @Test
  void keepsABudget() {
    Workload a = workload("a", Optional.empty(), 0, Optional.empty(), "one", "two");
    deployment("a", 2, 2);
    budget("one", 2, 1, 1);
    budget("two", 1, 4, 4);
    Refused refused = refused(stop(a));
    assertEquals(
        "PodDisruptionBudget `two` lets 1 of its pods go now, and a stop of Deployment `a` takes 2"
            + " that are ready; nothing was changed, whoever owns the budget can allow more",
        refused.why());
    assertEquals(
        "{\"podDisruptionBudget\":\"two\",\"disruptionsAllowed\":1,\"readyReplicas\":2,\"refusedBy\":\"PodDisruptionBudget\"}",
        JsonText.string(refused.facts()));
    budget("two", 2, 4, 4);
    changed(stop(a));
  }

  @Test
  void refusesWhenABudgetIsNotCountedYetOrCannotBeRead() {
    Workload a = workload("a", Optional.empty(), 0, Optional.empty(), "one");
    deployment("a", 2, 2);
    assertTrue(refused(stop(a)).why().contains("holds for Deployment `a` and it cannot be read"));
    budget("one", 2, 2, 1);
    assertTrue(refused(stop(a)).why().contains("has not counted by it yet"));
    api.put(BUDGETS + "one", json("{\"metadata\":{\"generation\":1}}"));
    refused(stop(a));
    api.fault("GET " + BUDGETS, 403, "forbidden");
    refused(stop(a));
  }

  @Test
  void refusesWhereMoreBudgetsHoldThanItLooksAt() {
    deployment("a", 2, 2);
    budget("one", 9, 1, 1);
    Workload a = workload("a", LLAMA, 0, Optional.empty(), "one");
    Workload more =
        new Workload(
            a.name(),
            a.isDefault(),
            a.target(),
            a.model(),
            new Safeguards(0, Optional.empty(), List.of("one"), true, Optional.empty()));
    Refused refused = refused(stop(more));
    assertEquals(
        "more than 64 PodDisruptionBudgets may hold for Deployment `a`, and no more are looked at;"
            + " nothing was changed, whoever owns them can put one in the place of many",
        refused.why());
    changed(stop(a));
  }

  @Test
  void aBudgetIsSpentUntilKubernetesCountsIt() {
    Workload a = workload("a", Optional.empty(), 0, Optional.empty(), "one");
    Workload b = workload("b", Optional.empty(), 0, Optional.empty(), "one");
    deployment("a", 2, 2);
    deployment("b", 2, 2);
    budget("one", 3, 1, 1); // and it stays so for a moment
    changed(stop(a));
    Refused refused = assertInstanceOf(Refused.class, stop(b));
    assertTrue(refused.why().contains("lets 1 of its pods go now"), refused.why());
    assertTrue(refused.why().endsWith("another stop has just taken some, try again in a moment"));
    assertEquals(2, replicas("b"));
  }

  @Test
  void aBudgetIsSpentByAStopOfWhichNobodyKnowsWhetherItTookPlace() {
    Workload a = workload("a", Optional.empty(), 0, Optional.empty(), "one");
    Workload b = workload("b", Optional.empty(), 0, Optional.empty(), "one");
    deployment("a", 2, 2);
    deployment("b", 2, 2);
    budget("one", 3, 1, 1);
    String scale = DEPLOYMENTS + "a/scale";
    api.fault("PATCH " + scale, FakeApiServer.LOST, "");
    api.afterPatch.put(
        scale,
        () -> {
          for (int i = 0; i < 100; i++) {
            api.fault("GET " + scale, 503, "away");
          }
        });
    WorkloadOutcome.Failed failed =
        assertInstanceOf(
            WorkloadOutcome.Failed.class,
            workloads.stop(a, List.of(a), AT_ONCE, Duration.ofSeconds(2)));
    assertTrue(failed.mayHaveChanged(), failed.why());
    Refused refused = assertInstanceOf(Refused.class, stop(b));
    assertTrue(refused.why().contains("another stop has just taken some"), refused.why());
  }

  @Test
  void asksAFewPodsAtATime() {
    Workload a = workload("a", Optional.empty(), 0, drain(TIMEOUT, WhenBusy.REFUSE));
    deployment("a", 40, 40);
    var tooMany = new AtomicBoolean();
    var barrier = new CyclicBarrier(PodRequests.ASKED_MAX + 1, () -> tooMany.set(true));
    var pods = new String[40];
    for (int i = 0; i < pods.length; i++) {
      pods[i] = pod("a-" + i, "10.0.1." + i, true, "");
      sidecar.answers(
          "10.0.1." + i + ":8000/metrics",
          () -> {
            try {
              barrier.await(200, TimeUnit.MILLISECONDS);
            } catch (Exception brokenAsItShouldBe) {
              return requests(0, 0);
            }
            return requests(0, 0);
          });
    }
    pods(pods);
    changed(stop(a));
    assertFalse(tooMany.get());
    assertTrue(barrier.isBroken(), "it was waited for one more");
  }

  @Test
  void waitsUntilNoRequestRuns() {
    Workload a = workload("a", Optional.empty(), 0, drain(TIMEOUT, WhenBusy.REFUSE));
    deployment("a", 2, 2);
    pods(pod("a-1", "10.0.0.1", true, ""), pod("a-2", "fd00::1", true, ""));
    pod("10.0.0.1", requests(1, 0), requests(0, 0));
    pod("fd00:0:0:0:0:0:0:1", requests(0, 2), requests(0, 1), requests(0, 0));
    Changed stopped = changed(stop(a));
    assertEquals("No request ran just before.", stopped.remarks().getFirst());
    assertEquals("{\"requestsRunning\":0,\"requestsWaiting\":0}", JsonText.string(stopped.facts()));
    assertTrue(api.requests("GET", PODS).size() >= 4, "two busy looks, then two quiet ones");
  }

  @Test
  void refusesWhatStaysBusyAndSaysHowMany() {
    Workload a = workload("a", Optional.empty(), 0, drain(Duration.ofSeconds(1), WhenBusy.REFUSE));
    deployment("a", 1, 1);
    pods(pod("a-1", "10.0.0.1", true, ""));
    pod("10.0.0.1", requests(2, 1));
    Refused refused = refused(stop(a));
    assertEquals(
        "Deployment `a` is busy: after 1 s 2 of its requests ran and 1 waited; nothing was changed,"
            + " try again when fewer people use it",
        refused.why());
    assertEquals(
        "{\"refusedBy\":\"drain\",\"drainTimeoutSeconds\":1,\"requestsRunning\":2,\"requestsWaiting\":1}",
        JsonText.string(refused.facts()));
    assertEquals(refused, refused(workloads.restart(a, List.of(a), TIMEOUT)));
  }

  @Test
  void aSecondNameIsNoWayAroundTheDrain() {
    Workload a = workload("a", Optional.empty(), 0, drain(Duration.ofSeconds(1), WhenBusy.REFUSE));
    Workload bare = new Workload("bare", false, a.target(), Optional.empty());
    Workload lax =
        new Workload(
            "lax",
            false,
            a.target(),
            Optional.empty(),
            new Safeguards(0, drain(TIMEOUT, WhenBusy.STOP), List.of(), Optional.empty()));
    deployment("a", 1, 1);
    pods(pod("a-1", "10.0.0.1", true, ""));
    pod("10.0.0.1", requests(2, 1));
    for (Workload second : List.of(bare, lax)) {
      assertTrue(refused(stop(second, a)).why().contains("is busy: after 1 s 2 of its requests"));
      assertInstanceOf(Refused.class, workloads.restart(second, List.of(a, second), TIMEOUT));
    }
    assertEquals(1, replicas("a"));
  }

  @Test
  void stopsWhatStaysBusyWhenThatIsDeclaredAndSaysWhatItCut() {
    Workload a = workload("a", Optional.empty(), 0, drain(SOON, WhenBusy.STOP));
    deployment("a", 1, 1);
    pods(pod("a-1", "10.0.0.1", true, ""));
    pod("10.0.0.1", requests(2, 1));
    assertEquals(
        "This cut 3 requests: 2 ran and 1 waited just before.",
        changed(stop(a)).remarks().getFirst());
  }

  @Test
  void waitsNoLongerWhenTheProxyHasToEndAndCutsNothing() throws Exception {
    deployment("a", 1, 1);
    pods(pod("a-1", "10.0.0.1", true, ""));
    pod("10.0.0.1", requests(2, 1));
    for (WhenBusy whenBusy : WhenBusy.values()) {
      Workload a = workload("a", Optional.empty(), 0, drain(Duration.ofMinutes(5), whenBusy));
      var ending = new Ending();
      int before = api.requests("GET", PODS).size();
      var stopped = CompletableFuture.supplyAsync(() -> ending.over(() -> stop(a)), threads);
      while (api.requests("GET", PODS).size() == before) {
        Thread.onSpinWait();
      }
      ending.begin();
      assertEquals(
          "this proxy has to end, and Deployment `a` was not touched; call again in a moment: the"
              + " next one will answer",
          refused(stopped.get(30, TimeUnit.SECONDS)).why());
      assertEquals(1, replicas("a"));
    }
  }

  @Test
  void twoQuietLooksCountOnlyWithTheirTimeBetweenThem() throws Exception {
    Workload a = workload("a", Optional.empty(), 0, drain(Duration.ofMinutes(5), WhenBusy.REFUSE));
    deployment("a", 1, 1);
    pods(pod("a-1", "10.0.0.1", true, ""));
    var ending = new Ending();
    sidecar.answers(
        "10.0.0.1:8000/metrics",
        () -> {
          CompletableFuture.delayedExecutor(100, TimeUnit.MILLISECONDS, threads)
              .execute(ending::begin); // between the looks
          return requests(0, 0);
        });
    refused(ending.over(() -> stop(a)));
    assertEquals(1, replicas("a"));
  }

  @Test
  void findsThePodsOfASelectorOfExpressions() {
    Workload a = workload("a", Optional.empty(), 0, drain(SOON, WhenBusy.REFUSE));
    deployment("a", 1, 1);
    api.put(
        DEPLOYMENTS + "a",
        json(
            """
            {"metadata":{"name":"a"},"spec":{"replicas":1,"selector":{"matchExpressions":[
             {"key":"app","operator":"In","values":["a","b"]},{"key":"canary","operator":"NotIn","values":["x"]},
             {"key":"pod-template-hash","operator":"Exists"},{"key":"debug","operator":"DoesNotExist"},
             {"key":"app","operator":"Newer","values":["a"]}]}},
             "status":{"replicas":1,"readyReplicas":1}}"""));
    api.texts.put(
        PODS
            + "?limit=500&labelSelector="
            + URLEncoder.encode(
                "app in (a,b),canary notin (x),pod-template-hash,!debug", StandardCharsets.UTF_8),
        "{\"items\":[" + pod("a-1", "10.0.0.1", true, "") + "]}");
    pod("10.0.0.1", requests(2, 1));
    assertTrue(refused(stop(a)).why().contains("2 of its requests ran and 1 waited"));
  }

  @Test
  void podsThatCannotBeFoundAreNotTakenForNone() {
    Workload a = workload("a", Optional.empty(), 0, drain(SOON, WhenBusy.REFUSE));
    deployment("a", 1, 1);
    api.put(
        DEPLOYMENTS + "a",
        json(
            """
            {"metadata":{"name":"a"},"spec":{"replicas":1,"selector":{"matchExpressions":[
             {"key":"app","operator":"Newer","values":["a"]}]}},"status":{"replicas":1,"readyReplicas":1}}"""));
    assertTrue(refused(stop(a)).why().contains("its pods cannot be found"));
  }

  @Test
  void beginsNothingThatWaitedForItsTurnUntilTheProxyHadToEnd() {
    Workload a = workload("a", Optional.empty(), 0, Optional.empty());
    deployment("a", 2, 2);
    var ending = new Ending();
    ending.begin();
    refused(ending.over(() -> stop(a)));
    refused(ending.over(() -> workloads.restart(a, List.of(a), TIMEOUT)));
    assertEquals(2, replicas("a"));
  }

  @Test
  void stopsNothingOnceWhatAllowedItIsRevoked() throws Exception {
    Workload a = workload("a", Optional.empty(), 0, drain(Duration.ofMinutes(5), WhenBusy.STOP));
    deployment("a", 1, 1);
    pods(pod("a-1", "10.0.0.1", true, ""));
    pod("10.0.0.1", requests(2, 1));
    var why = new AtomicReference<Optional<String>>(Optional.empty());
    var revocation = new Revocation(why::get);
    var stopped = CompletableFuture.supplyAsync(() -> revocation.over(() -> stop(a)), threads);
    while (api.requests("GET", PODS).isEmpty()) {
      Thread.onSpinWait();
    }
    why.set(Optional.of("no rule names it"));
    assertEquals(
        "Deployment `a` was not touched, because this call is not allowed any more: no rule names"
            + " it",
        refused(stopped.get(8, TimeUnit.SECONDS)).why(),
        "before the time of the call is over");
    assertEquals(1, replicas("a"));
    Workload guarded = workload("a", Optional.empty(), 0, Optional.empty(), "one");
    budget("one", 3, 1, 1);
    refused(revocation.over(() -> stop(guarded)));
  }

  @Test
  void aReadyPodThatDoesNotAnswerIsNotTakenForQuiet() {
    Workload a = workload("a", Optional.empty(), 0, drain(SOON, WhenBusy.REFUSE));
    deployment("a", 2, 2);
    pods(pod("a-1", "10.0.0.1", true, ""), pod("a-2", "10.0.0.2", true, ""));
    pod("10.0.0.1", requests(0, 0));
    assertTrue(
        refused(stop(a)).why().contains("pod `a-2` did not answer (port 8000, /metrics)"),
        "it may be running requests");
    Workload hasty = workload("a", Optional.empty(), 0, drain(SOON, WhenBusy.STOP));
    assertEquals(
        "How many requests this cut is not known: pod `a-2` did not answer (port 8000, /metrics).",
        changed(stop(hasty)).remarks().getFirst());
  }

  @Test
  void asksNoAddressThatNoPodCanHave() {
    Workload a = workload("a", Optional.empty(), 0, drain(SOON, WhenBusy.REFUSE));
    for (String ip :
        List.of("127.0.0.1", "169.254.169.254", "::1", "fe80::1", "0.0.0.0", "224.0.0.1", "x.y")) {
      deployment("a", 1, 1);
      pods(pod("a-1", ip, true, ""));
      sidecar.answers(ip + ":8000/metrics", () -> requests(0, 0));
      assertTrue(refused(stop(a)).why().contains("has no address that could be asked"), ip);
    }
  }

  @Test
  void leavesPodsOutThatEndOrAreNotReadyYet() {
    Workload a = workload("a", Optional.empty(), 0, drain(TIMEOUT, WhenBusy.REFUSE));
    deployment("a", 3, 1);
    pods(
        pod("a-1", "10.0.0.1", true, ""),
        pod("a-2", "10.0.0.2", false, ""),
        pod("a-3", "10.0.0.3", true, ",\"deletionTimestamp\":\"2026-01-02T03:04:05Z\""));
    pod("10.0.0.1", requests(0, 0));
    pod("10.0.0.3", requests(7, 7));
    changed(stop(a));
  }

  @Test
  void saysWhichRightADrainLacks() {
    Workload a = workload("a", Optional.empty(), 0, drain(TIMEOUT, WhenBusy.REFUSE));
    deployment("a", 1, 1);
    api.fault("GET " + PODS, 403, "pods is forbidden");
    Refused refused = refused(stop(a));
    assertTrue(refused.why().contains("`capabilities: [Pods]`"), refused.why());
  }

  @Test
  void looksAtFloorAndBudgetsBeforeItWaits() {
    Workload a = workload("a", LLAMA, 1, drain(Duration.ofMinutes(5), WhenBusy.REFUSE), "budget");
    deployment("a", 1, 1);
    pods(pod("a-1", "10.0.0.1", true, ""));
    pod("10.0.0.1", requests(1, 0));
    refused(stop(a));
    assertEquals(0, api.requests("GET", PODS).size());
  }

  @Test
  void looksAtTheFloorOnceMoreWhenTheRequestsHaveEnded() {
    Workload a = workload("a", LLAMA, 1, drain(TIMEOUT, WhenBusy.REFUSE));
    Workload b = workload("b", LLAMA, 0, Optional.empty());
    deployment("a", 1, 1);
    deployment("b", 1, 1);
    pods(pod("a-1", "10.0.0.1", true, ""));
    sidecar.answers(
        "10.0.0.1:8000/metrics",
        () -> {
          deployment("b", 1, 0); // it fails meanwhile
          return requests(0, 0);
        });
    refused(stop(a, b));
  }

  @Test
  void oneCallAtATimeWaitsForTheRequestsOfAWorkload() throws Exception {
    Workload a = workload("a", Optional.empty(), 0, drain(TIMEOUT, WhenBusy.REFUSE));
    deployment("a", 1, 1);
    pods(pod("a-1", "10.0.0.1", true, ""));
    var busy = new CountDownLatch(1);
    var free = new CountDownLatch(1);
    sidecar.answers(
        "10.0.0.1:8000/metrics",
        () -> {
          busy.countDown();
          return requests((int) free.getCount(), 0);
        });
    var first = CompletableFuture.supplyAsync(() -> stop(a), threads);
    assertTrue(busy.await(5, TimeUnit.SECONDS));
    assertTrue(
        refused(stop(a)).why().startsWith("another call is stopping or restarting Deployment `a`"));
    free.countDown();
    changed(first.get(10, TimeUnit.SECONDS));
  }

  @Test
  void saysWhatAStopCutsThatWaitsForNothing() {
    Workload a = workload("a", Optional.empty(), 0, Optional.empty());
    deployment("a", 1, 1);
    pods(pod("a-1", "10.0.0.1", true, ""));
    pod("10.0.0.1", requests(1, 0));
    assertEquals(
        "This cut 1 request: 1 ran and 0 waited just before.",
        changed(stop(a)).remarks().getFirst());
  }

  @Test
  void listsOfPodsThatAreNotWholeCountForNothing() {
    Workload a = workload("a", Optional.empty(), 0, drain(SOON, WhenBusy.REFUSE));
    deployment("a", 1, 1);
    api.put(PODS, json("{\"metadata\":{\"continue\":\"x\"},\"items\":[]}"));
    assertTrue(refused(stop(a)).why().contains("its pods could not be listed"));
  }

  @Test
  void previewsWhatItCanSee() {
    Workload a = workload("a", Optional.empty(), 0, Optional.empty());
    deployment("a", 2, 2);
    api.put(
        DEPLOYMENTS + "a",
        json(
            """
            {"metadata":{"name":"a"},"spec":{"replicas":2,"selector":{"matchLabels":{"app":"a"}},"template":{"spec":{
             "initContainers":[{"name":"once","resources":{"limits":{"nvidia.com/gpu":"8"}}},
                               {"name":"beside","restartPolicy":"Always","resources":{"limits":{"nvidia.com/gpu":1}}}],
             "containers":[{"name":"model","resources":{"limits":{"cpu":"8","nvidia.com/gpu":"2","amd.com/gpu":"1","x.io/gpu-mem":"1Gi","gpu":"1"}}},
                           {"name":"other"}]}}},"status":{"replicas":2}}
            """));
    pods(pod("a-1", "10.0.0.1", true, ""));
    pod("10.0.0.1", requests(3, 1));
    WorkloadPreview preview = workloads.preview(a, TIMEOUT).orElseThrow();
    assertEquals(2, preview.now().requested());
    assertEquals(Map.of("nvidia.com/gpu", 6L, "amd.com/gpu", 2L), preview.gpus());
    assertEquals(OptionalInt.of(4), preview.requests());
    assertEquals(List.of(), api.requests("PATCH", "/"));
    assertEquals(
        Optional.empty(),
        workloads.preview(workload("gone", Optional.empty(), 0, Optional.empty()), TIMEOUT));
  }

  @Test
  void previewsWhereAStartReturnsTo() {
    Workload a = workload("a", Optional.empty(), 0, Optional.empty());
    deployment("a", 3, 3);
    changed(stop(a));
    WorkloadPreview preview = workloads.preview(a, TIMEOUT).orElseThrow();
    assertEquals(OptionalInt.of(3), preview.kept());
    assertEquals(OptionalInt.empty(), preview.requests());
  }
}
