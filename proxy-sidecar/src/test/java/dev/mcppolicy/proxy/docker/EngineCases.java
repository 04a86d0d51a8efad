// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.bundle.Workload;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.mcp.ToolsCall;
import dev.mcppolicy.proxy.workload.ContainerTools;
import dev.mcppolicy.proxy.workload.Effect;
import dev.mcppolicy.proxy.workload.LogLimits;
import dev.mcppolicy.proxy.workload.StopOptions;
import dev.mcppolicy.proxy.workload.StopOptions.Removal;
import dev.mcppolicy.proxy.workload.WorkloadLogs;
import dev.mcppolicy.proxy.workload.WorkloadLook;
import dev.mcppolicy.proxy.workload.WorkloadOutcome.AlreadyThere;
import dev.mcppolicy.proxy.workload.WorkloadOutcome.Changed;
import dev.mcppolicy.proxy.workload.WorkloadOutcome.Refused;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A real engine and real containers, whatever the way to it (T125). */
@SuppressWarnings("DesignForExtension") // the same cases on each engine
public abstract class EngineCases {
  protected static final Duration TIMEOUT = Duration.ofSeconds(40);
  protected static final StopOptions STOP = new StopOptions(Duration.ofSeconds(10), Removal.UNSAID);
  protected static final StopOptions REMOVE =
      new StopOptions(Duration.ofSeconds(10), Removal.ASKED);

  protected Docker docker;
  protected DockerWorkloads workloads;
  protected Workload vllm;

  /** What the product calls the engine. */
  protected String engine() {
    return "Docker";
  }

  /** The engine's own command. */
  protected Docker command() throws IOException {
    return new Docker();
  }

  /** Before a case that acts on this container alone. */
  protected void serve(String container) throws IOException {}

  protected abstract EngineTransport transport();

  @BeforeEach
  void open() throws IOException {
    docker = command();
    serve(docker.name("vllm"));
    workloads = of(Map.of(), false);
    vllm = declared(docker.name("vllm"));
  }

  @AfterEach
  void close() throws IOException {
    workloads.close();
    docker.close();
  }

  protected final DockerWorkloads of(Map<String, String> labels, boolean mayRemove) {
    return new DockerWorkloads(
        new DockerSettings(engine(), labels, mayRemove, "--allow-remove"), transport());
  }

  protected static Workload declared(String container) {
    return new Workload(container, true, Workload.Target.container(container), Optional.empty());
  }

  protected static void assertNow(int running, WorkloadLook look) {
    assertEquals(running, assertInstanceOf(WorkloadLook.Seen.class, look).replicas().observed());
  }

  @Test
  void stopsAndStarts() throws IOException {
    String id = docker.run(vllm.name());
    Changed stopped =
        assertInstanceOf(Changed.class, workloads.stop(vllm, List.of(vllm), STOP, TIMEOUT));
    assertTrue(stopped.did().contains("was stopped; it ended with code "), stopped.did());
    assertEquals(OptionalInt.of(1), stopped.previousReplicas());
    assertEquals("exited", docker.status(id));
    assertNow(0, workloads.look(vllm, TIMEOUT));
    assertInstanceOf(AlreadyThere.class, workloads.stop(vllm, List.of(vllm), STOP, TIMEOUT));

    assertInstanceOf(Changed.class, workloads.start(vllm, TIMEOUT));
    assertEquals("running", docker.status(id));
    assertNow(1, workloads.look(vllm, TIMEOUT));
    assertInstanceOf(AlreadyThere.class, workloads.start(vllm, TIMEOUT));
  }

  @Test
  void restarts() throws IOException {
    String id = docker.run(vllm.name());
    String before = docker.startedAt(id);
    Changed restarted =
        assertInstanceOf(Changed.class, workloads.restart(vllm, List.of(vllm), TIMEOUT));
    assertEquals(1, restarted.now().observed());
    assertNotEquals(before, docker.startedAt(id));
  }

  @Test
  void readsLogsToTheirLastLines() throws IOException {
    docker.run(vllm.name());
    WorkloadLogs logs = workloads.logs(vllm, new LogLimits(1, 1000), TIMEOUT);
    String text = assertInstanceOf(WorkloadLogs.Read.class, logs).sources().getFirst().text();
    assertEquals(docker.docker("logs", "--tail", "1", vllm.name()), text);
    assertFalse(text.isBlank());
  }

  @Test
  void readsTheOneStreamOfATerminal() throws IOException {
    docker.run(vllm.name(), "--tty");
    WorkloadLogs logs = workloads.logs(vllm, new LogLimits(1, 1000), TIMEOUT);
    String text = assertInstanceOf(WorkloadLogs.Read.class, logs).sources().getFirst().text();
    assertTrue(text.contains("vllm") || !text.isBlank(), text);
  }

  @Test
  void removesOnlyWhenAskedAndAllowed() throws IOException {
    docker.run(vllm.name());
    Changed kept =
        assertInstanceOf(Changed.class, workloads.stop(vllm, List.of(vllm), REMOVE, TIMEOUT));
    assertTrue(
        kept.remarks().getFirst().contains("--allow-remove is not set"), kept.remarks().toString());
    assertTrue(docker.exists(vllm.name()));
    try (DockerWorkloads removing = of(Map.of(), true)) {
      removing.start(vllm, TIMEOUT);
      assertInstanceOf(Changed.class, removing.stop(vllm, List.of(vllm), STOP, TIMEOUT));
      assertTrue(docker.exists(vllm.name()), "the tool's default is not enough");
      Changed removed =
          assertInstanceOf(Changed.class, removing.stop(vllm, List.of(vllm), REMOVE, TIMEOUT));
      assertTrue(removed.did().endsWith("did not run and was removed"), removed.did());
    }
    assertFalse(docker.exists(vllm.name()));
    Refused gone = assertInstanceOf(Refused.class, workloads.start(vllm, TIMEOUT));
    assertTrue(gone.why().startsWith("there is no container named"), gone.why());
  }

  @Test
  void doesNotDestroyWhatRemovesItself() throws IOException {
    docker.run(vllm.name(), "--rm");
    Refused refused =
        assertInstanceOf(Refused.class, workloads.stop(vllm, List.of(vllm), STOP, TIMEOUT));
    assertTrue(refused.why().contains("would remove it for good"), refused.why());
    assertEquals("running", docker.status(vllm.name()));
  }

  @Test
  void anUndeclaredContainerIsUntouchedWhateverNameIsAskedFor() throws Exception {
    docker.run(vllm.name());
    String db = docker.name("db");
    String id = docker.run(db);
    String before = docker.startedAt(db);
    var tools = new ContainerTools(Optional.of(workloads));
    for (String name :
        List.of(
            db,
            "/" + db,
            id,
            id.substring(0, 12),
            id.substring(0, 1),
            db.toUpperCase(Locale.ROOT),
            db.substring(0, db.length() - 1),
            vllm.name().toUpperCase(Locale.ROOT),
            "../containers/" + id,
            vllm.name() + "/../" + db,
            ".*",
            "")) {
      for (String tool : List.of("stop_vllm", "restart_vllm", "get_vllm_logs")) {
        var arguments = JsonObject.builder().put("container_name", JsonValue.of(name)).build();
        var done =
            tools.carryOut(
                new ToolsCall(tool, arguments, Optional.empty()), List.of(vllm), TIMEOUT);
        assertEquals(Effect.NOTHING_TRIED, done.effect(), tool + " " + name);
        assertEquals(
            Optional.of(JsonValue.of(true)), done.result().get("isError"), tool + " " + name);
      }
    }
    assertEquals("running", docker.status(db));
    assertEquals(before, docker.startedAt(db));
    assertEquals("running", docker.status(vllm.name()));
  }

  @Test
  public void aDeclaredNameThatIsTheBeginningOfAnIdMeetsNothing() throws IOException {
    String id = docker.run(docker.name("other"));
    Workload beginning = declared(id.substring(0, 12));
    Refused refused =
        assertInstanceOf(
            Refused.class, workloads.stop(beginning, List.of(beginning), STOP, TIMEOUT));
    assertTrue(refused.why().startsWith("there is no container named"), refused.why());
    assertEquals("running", docker.status(id));
  }

  @Test
  void leavesAContainerWithoutTheLabelAlone() throws IOException {
    docker.run(vllm.name(), "--label", "team=ml");
    try (DockerWorkloads others = of(Map.of("team", "web"), false);
        DockerWorkloads own = of(Map.of("team", "ml"), false);
        DockerWorkloads any = of(Map.of("team", ""), false)) {
      Refused refused =
          assertInstanceOf(Refused.class, others.stop(vllm, List.of(vllm), STOP, TIMEOUT));
      assertTrue(refused.why().contains("does not carry the label `team=web`"), refused.why());
      assertEquals("running", docker.status(vllm.name()));
      assertNow(1, any.look(vllm, TIMEOUT));
      assertInstanceOf(Changed.class, own.stop(vllm, List.of(vllm), STOP, TIMEOUT));
    }
  }

  @Test
  void saysWhichEngineItIs() {
    String text = workloads.platform(TIMEOUT).text();
    String where;
    try (EngineTransport transport = transport()) {
      where = transport.where();
    }
    assertTrue(
        text.matches("(?s)" + engine() + " [0-9.]+.* at " + Pattern.quote(where) + ": .*"), text);
  }
}
