// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.bundle.Drain;
import dev.mcppolicy.bundle.Safeguards;
import dev.mcppolicy.bundle.Workload;
import dev.mcppolicy.json.JsonLimits;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.json.MalformedJsonException;
import dev.mcppolicy.json.StrictJson;
import dev.mcppolicy.proxy.workload.LogLimits;
import dev.mcppolicy.proxy.workload.Platform;
import dev.mcppolicy.proxy.workload.StopOptions;
import dev.mcppolicy.proxy.workload.StopOptions.Removal;
import dev.mcppolicy.proxy.workload.WorkloadControl;
import dev.mcppolicy.proxy.workload.WorkloadLogs;
import dev.mcppolicy.proxy.workload.WorkloadLook;
import dev.mcppolicy.proxy.workload.WorkloadOutcome;
import dev.mcppolicy.proxy.workload.WorkloadOutcome.Changed;
import dev.mcppolicy.proxy.workload.WorkloadOutcome.Refused;
import dev.mcppolicy.proxy.workload.WorkloadPreview;
import dev.mcppolicy.proxy.workload.WorkloadReplicas;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Containers of an engine beside workloads of a cluster. */
final class ContainersTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final StopOptions STOP = new StopOptions(Duration.ZERO, Removal.UNSAID);
  private static final String DEPLOYMENT = "/apis/apps/v1/namespaces/inference/deployments/vllm";

  @TempDir private Path folder;
  private final List<String> done = new ArrayList<>();
  private WorkloadLook now = running(1);
  private SidecarOfAFake sidecar;
  private FakeApiServer api;
  private WorkloadsByKind workloads;

  private static WorkloadLook running(int ready) {
    return new WorkloadLook.Seen(
        new WorkloadReplicas(1, 1, OptionalInt.of(ready), OptionalInt.of(0)), "");
  }

  private static WorkloadLook stopped() {
    return new WorkloadLook.Seen(
        new WorkloadReplicas(0, 0, OptionalInt.of(0), OptionalInt.of(0)), "");
  }

  @BeforeEach
  void connect() throws IOException {
    sidecar = new SidecarOfAFake(folder);
    api = sidecar.api;
    workloads = sidecar.workloads(new OneContainer(), InstantSource.system());
  }

  @AfterEach
  void disconnect() {
    sidecar.close();
  }

  private static Workload container(Safeguards safeguards) {
    return new Workload(
        "c", false, Workload.Target.container("vllm"), Optional.of("llama"), safeguards);
  }

  private static Workload deployment(Safeguards safeguards) {
    return new Workload(
        "d",
        true,
        new Workload.Target("apps/v1", "Deployment", "vllm"),
        Optional.of("llama"),
        safeguards);
  }

  private static Safeguards floor() {
    return new Safeguards(1, Optional.empty(), List.of(), Optional.empty());
  }

  private void deployed(int replicas) throws MalformedJsonException {
    api.put(
        DEPLOYMENT,
        json(
            "{\"metadata\":{\"name\":\"vllm\",\"uid\":\"u1\",\"generation\":1},\"spec\":{\"replicas\":%1$d},\"status\":{\"observedGeneration\":1,\"replicas\":%1$d,\"readyReplicas\":%1$d}}"
                .formatted(replicas)));
    api.put(
        DEPLOYMENT + "/scale",
        json(
            "{\"kind\":\"Scale\",\"metadata\":{\"name\":\"vllm\",\"uid\":\"u1\"},\"spec\":{\"replicas\":%1$d},\"status\":{\"replicas\":%1$d}}"
                .formatted(replicas)));
  }

  private static JsonObject json(String text) throws MalformedJsonException {
    return (JsonObject)
        new StrictJson(JsonLimits.RESPONSE).read(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void asksTheEngineAndNotTheApiServer() {
    Workload vllm = container(Safeguards.NONE);
    List<Workload> declared = List.of(vllm);
    assertInstanceOf(Changed.class, workloads.stop(vllm, declared, STOP, TIMEOUT));
    workloads.restart(vllm, declared, TIMEOUT);
    workloads.start(vllm, TIMEOUT);
    workloads.look(vllm, TIMEOUT);
    workloads.preview(vllm, TIMEOUT);
    workloads.logs(vllm, new LogLimits(1, 1), TIMEOUT);
    assertEquals(List.of("stop", "restart", "start", "look", "preview", "logs"), done);
    assertEquals(List.of(), api.requests("GET", "/"));
  }

  @Test
  void refusesSafeguardsOfItsOwn() {
    var drain = new Drain(TIMEOUT, Drain.WhenBusy.REFUSE, 8000, "/metrics");
    assertRefused("minReadyReplicas", floor());
    assertRefused("drain", new Safeguards(0, Optional.of(drain), List.of(), Optional.empty()));
    assertRefused(
        "PodDisruptionBudget `b`",
        new Safeguards(0, Optional.empty(), List.of("b"), Optional.empty()));
    assertEquals(List.of(), done);
  }

  private void assertRefused(String what, Safeguards safeguards) {
    Workload vllm = container(safeguards);
    for (WorkloadOutcome outcome :
        List.of(
            workloads.stop(vllm, List.of(vllm), STOP, TIMEOUT),
            workloads.restart(vllm, List.of(vllm), TIMEOUT))) {
      Refused refused = assertInstanceOf(Refused.class, outcome);
      assertTrue(refused.why().startsWith(what + " is declared for it"), refused.why());
    }
  }

  @Test
  void holdsTheFloorOfItsGroup() throws MalformedJsonException {
    Workload vllm = container(Safeguards.NONE);
    List<Workload> declared = List.of(vllm, deployment(floor()));
    deployed(0);
    Refused refused =
        assertInstanceOf(Refused.class, workloads.stop(vllm, declared, STOP, TIMEOUT));
    assertTrue(refused.why().contains("without `c` 0 would be: `d` 0"), refused.why());
    assertEquals(0, done.stream().filter("stop"::equals).count());
    deployed(1);
    assertInstanceOf(Changed.class, workloads.stop(vllm, declared, STOP, TIMEOUT));
    assertEquals(1, done.stream().filter("stop"::equals).count());
  }

  @Test
  void countsForOthersWhatRunsAndIsReady() throws MalformedJsonException {
    Workload deployment = deployment(floor());
    List<Workload> declared = List.of(container(Safeguards.NONE), deployment);
    deployed(1);
    for (WorkloadLook none :
        List.of(stopped(), running(0), new WorkloadLook.Unseen("it is far away", "go there"))) {
      now = none;
      Refused refused =
          assertInstanceOf(Refused.class, workloads.stop(deployment, declared, STOP, TIMEOUT));
      assertTrue(refused.why().contains("without `d` 0 would be: `c` "), refused.why());
    }
    now = running(1);
    assertInstanceOf(Changed.class, workloads.stop(deployment, declared, STOP, TIMEOUT));
  }

  @Test
  void saysWhereContainersAre() {
    Platform platform = workloads.platform(TIMEOUT);
    assertTrue(platform.text().contains("declared containers are elsewhere"), platform.text());
    assertTrue(platform.text().endsWith("\nDocker at E"), platform.text());
    assertEquals(
        Optional.of("E"),
        platform.facts().object("containers").flatMap(facts -> facts.string("at")));
  }

  /** Notes what it is asked for. */
  private final class OneContainer implements WorkloadControl {
    private WorkloadOutcome noted(String what) {
      done.add(what);
      return new Changed(
          what,
          OptionalInt.empty(),
          new WorkloadReplicas(0, 0, OptionalInt.of(0), OptionalInt.of(0)),
          List.of());
    }

    @Override
    public WorkloadOutcome stop(
        Workload workload, List<Workload> declared, StopOptions options, Duration timeout) {
      return noted("stop");
    }

    @Override
    public WorkloadOutcome start(Workload workload, Duration timeout) {
      return noted("start");
    }

    @Override
    public WorkloadOutcome restart(Workload workload, List<Workload> declared, Duration timeout) {
      return noted("restart");
    }

    @Override
    public WorkloadLook look(Workload workload, Duration timeout) {
      done.add("look");
      return now;
    }

    @Override
    public Optional<WorkloadPreview> preview(Workload workload, Duration timeout) {
      done.add("preview");
      return Optional.empty();
    }

    @Override
    public WorkloadLogs logs(Workload workload, LogLimits limits, Duration timeout) {
      done.add("logs");
      return new WorkloadLogs.Refused("");
    }

    @Override
    public Platform platform(Duration timeout) {
      return new Platform("Docker at E", JsonObject.builder().put("at", "E").build());
    }
  }
}
