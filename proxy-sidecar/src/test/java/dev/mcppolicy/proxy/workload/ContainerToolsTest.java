// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.bundle.Workload;
import dev.mcppolicy.json.JsonLimits;
import dev.mcppolicy.json.JsonText;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.json.StrictJson;
import dev.mcppolicy.mcp.ToolsCall;
import dev.mcppolicy.proxy.workload.ContainerTools.CarriedOut;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

final class ContainerToolsTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(50);
  private static final Workload VLLM = workload("vllm-server", true, Optional.of("meta/llama"));
  private static final Workload BATCH = workload("batch", false, Optional.empty());

  private final RecordingWorkloads workloads = new RecordingWorkloads();

  private static Workload workload(String name, boolean isDefault, Optional<String> model) {
    return new Workload(
        name, isDefault, new Workload.Target("apps/v1", "Deployment", name + "-deploy"), model);
  }

  private CarriedOut call(String tool, String arguments) throws Exception {
    return call(tool, arguments, List.of(VLLM, BATCH));
  }

  private CarriedOut call(String tool, String arguments, List<Workload> declared) throws Exception {
    var json =
        (JsonObject)
            new StrictJson(JsonLimits.REQUEST).read(arguments.getBytes(StandardCharsets.UTF_8));
    return new ContainerTools(Optional.of(workloads))
        .carryOut(new ToolsCall(tool, json, Optional.empty()), declared, TIMEOUT);
  }

  private static String text(CarriedOut carriedOut) {
    var content =
        (JsonObject) carriedOut.result().array("content").orElseThrow().elements().getFirst();
    return content.string("text").orElseThrow();
  }

  private static boolean isError(CarriedOut carriedOut) {
    return carriedOut.result().get("isError").equals(Optional.of(JsonValue.of(true)));
  }

  private void refuses(String tool, String arguments, String text) throws Exception {
    CarriedOut refused = call(tool, arguments);
    assertEquals(text, text(refused));
    assertTrue(isError(refused));
    assertEquals(Effect.NOTHING_TRIED, refused.effect());
    assertEquals(List.of(), workloads.acts, "nothing may be done");
  }

  @Test
  void stopsTheDefaultWorkloadAndSaysHowToStartItAgain() throws Exception {
    workloads.outcome =
        new WorkloadOutcome.Changed(
            "Deployment `vllm` was scaled from 2 replicas to 0",
            OptionalInt.of(2),
            RecordingWorkloads.replicas(0, 2),
            List.of("Nothing was removed."));
    CarriedOut stopped = call("stop_vllm", "{\"remove\":true,\"timeout\":10}");
    assertEquals(List.of("stop vllm-server 10s ASKED"), workloads.acts);
    assertEquals(
        """
        Stopped `vllm-server`: Deployment `vllm` was scaled from 2 replicas to 0; 2 are still ending.
        Start it again with start_vllm, container_name `vllm-server`: it returns to 2 replicas.
        Nothing was removed.\
        """,
        text(stopped));
    assertFalse(isError(stopped));
    assertEquals(Effect.DONE, stopped.effect());
    String facts =
        "{\"workload\":\"vllm-server\",\"kind\":\"Deployment\",\"name\":\"vllm-server-deploy\","
            + "\"requestedReplicas\":0,\"observedReplicas\":2,\"previousReplicas\":2}";
    assertEquals(
        facts, JsonText.string(stopped.result().object("structuredContent").orElseThrow()));
    assertEquals(
        facts,
        JsonText.string(
            stopped
                .result()
                .object("_meta")
                .flatMap(meta -> meta.object("dev.mcppolicy/workload"))
                .orElseThrow()));
  }

  @Test
  void stopsTheNamedWorkload() throws Exception {
    call("stop_vllm", "{\"container_name\":\"batch\"}");
    assertEquals(List.of("stop batch 10s UNSAID"), workloads.acts);
  }

  @Test
  void saysThatItWasNotRunning() throws Exception {
    workloads.outcome =
        new WorkloadOutcome.AlreadyThere(
            RecordingWorkloads.replicas(0, 1), OptionalInt.of(3), List.of());
    CarriedOut stopped = call("stop_vllm", "{}");
    assertTrue(
        text(stopped)
            .startsWith(
                "`vllm-server` was not running: Deployment `vllm-server-deploy` is stopped"
                    + " already; 1 is still ending.\n"),
        text(stopped));
    assertTrue(text(stopped).contains("it returns to 3 replicas"), text(stopped));
    assertEquals(Effect.NOTHING_TRIED, stopped.effect());
  }

  @Test
  void refusesNamesThatAreNotDeclared() throws Exception {
    String names = " does not exist here; container_name may be `vllm-server` or `batch`.";
    refuses("stop_vllm", "{\"container_name\":\"postgres\"}", "Refused: `postgres`" + names);
    refuses("stop_vllm", "{\"container_name\":\"\"}", "Refused: ``" + names);
    refuses("stop_vllm", "{\"container_name\":\"VLLM-SERVER\"}", "Refused: `VLLM-SERVER`" + names);
    refuses(
        "stop_vllm", "{\"container_name\":\"../x?\\n`\\u202e\"}", "Refused: `../x????`" + names);
    refuses(
        "start_vllm",
        "{\"model\":\"m\",\"container_name\":\"vllm-server-deploy\"}",
        "Refused: `vllm-server-deploy`" + names);
    refuses(
        "stop_vllm",
        "{\"container_name\":null}",
        "Refused: container_name must be a string: `vllm-server` or `batch`.");
  }

  @Test
  void asksForANameWhenNothingIsTheDefault() throws Exception {
    assertEquals(
        "Refused: no workload is the default, so give container_name: `batch`.",
        text(call("stop_vllm", "{}", List.of(BATCH))));
    assertTrue(text(call("stop_vllm", "{}", List.of())).contains("has no workloads"));
    assertEquals(List.of(), workloads.acts);
  }

  @Test
  void refusesArgumentsThatItWouldHaveToIgnore_T24() throws Exception {
    refuses(
        "start_vllm",
        "{\"model\":\"meta/llama\",\"docker_image\":\"evil\",\"port\":1}",
        "Refused: start_vllm brings a declared workload back as it is declared, so a caller cannot"
            + " choose `docker_image`, `port`; leave that out and give model and container_name"
            + " alone.");
    refuses(
        "stop_vllm",
        "{\"all\":true}",
        "Refused: stop_vllm takes container_name, remove, timeout; leave out `all`.");
  }

  @Test
  void startsOnlyTheDeclaredModel() throws Exception {
    refuses(
        "start_vllm",
        "{\"model\":\"meta/Llama\"}",
        "Refused: `vllm-server` runs the model `meta/llama` and no other; ask for that one.");
    refuses("start_vllm", "{}", "Refused: start_vllm needs the argument model, a string.");
    refuses(
        "start_vllm", "{\"model\":1}", "Refused: start_vllm needs the argument model, a string.");
    workloads.outcome =
        new WorkloadOutcome.Changed(
            "Deployment `vllm` was scaled from 0 to 2 replicas",
            OptionalInt.of(0),
            RecordingWorkloads.replicas(2, 0),
            List.of());
    CarriedOut started = call("start_vllm", "{\"model\":\"meta/llama\"}");
    assertEquals(List.of("start vllm-server"), workloads.acts);
    assertTrue(
        text(started)
            .startsWith(
                "Started `vllm-server`: Deployment `vllm` was scaled from 0 to 2 replicas; 0 are"
                    + " running so far.\n"),
        text(started));
  }

  @Test
  void saysThatAFreelyNamedModelChangesNothing() throws Exception {
    workloads.outcome =
        new WorkloadOutcome.AlreadyThere(
            RecordingWorkloads.replicas(1, 1), OptionalInt.empty(), List.of());
    CarriedOut started = call("start_vllm", "{\"model\":\"any\",\"container_name\":\"batch\"}");
    assertTrue(
        text(started)
            .startsWith(
                "`batch` was started already: Deployment `batch-deploy` has 1 replica; 1 is"
                    + " running.\n"),
        text(started));
    assertTrue(text(started).contains("the argument model did not change it"), text(started));
    assertEquals(Effect.NOTHING_TRIED, started.effect());
  }

  @Test
  void saysWhyItFailedAndWhatToDo() throws Exception {
    workloads.outcome = new WorkloadOutcome.Failed("it is forbidden", "ask for the right", true);
    CarriedOut failed = call("stop_vllm", "{}");
    assertEquals(
        "Failed to stop `vllm-server`: it is forbidden.\nWhat to do: ask for the right.",
        text(failed));
    assertTrue(isError(failed));
    assertEquals(Effect.DONE, failed.effect(), "whether it had an effect is not known");
    workloads.outcome = new WorkloadOutcome.Failed("it is forbidden", "ask for the right", false);
    assertEquals(Effect.FAILED, call("stop_vllm", "{}").effect());
  }

  @Test
  void refusesATimeoutThatItCannotWait() throws Exception {
    for (String timeout : List.of("46", "-1", "1.5", "\"10\"", "null")) {
      refuses(
          "stop_vllm",
          "{\"timeout\":" + timeout + "}",
          "Refused: timeout must be a whole number from 0 to 45.");
    }
    call("stop_vllm", "{\"timeout\":0,\"remove\":false}");
    assertEquals(List.of("stop vllm-server 0s DECLINED"), workloads.acts);
  }

  @Test
  void saysEverythingThatIsWrongAtOnce() throws Exception {
    refuses(
        "stop_vllm",
        "{\"timeout\":99,\"remove\":1,\"container_name\":\"db\",\"force\":true}",
        "Refused: stop_vllm takes container_name, remove, timeout; leave out `force`; timeout must be"
            + " a whole number from 0 to 45; remove must be true or false; `db` does not exist here;"
            + " container_name may be `vllm-server` or `batch`.");
  }

  @Test
  void explainsDefaultsThatItWasGiven() throws Exception {
    workloads.outcome =
        new WorkloadOutcome.Changed(
            "Deployment `vllm` was scaled from 0 to 2 replicas",
            OptionalInt.of(0),
            RecordingWorkloads.replicas(2, 0),
            List.of());
    CarriedOut started =
        call(
            "start_vllm",
            "{\"model\":\"meta/llama\",\"port\":8000,\"gpu_memory_utilization\":0.9}");
    assertTrue(
        text(started)
            .endsWith(
                "The Deployment decides about `port`, `gpu_memory_utilization`; the tool's default,"
                    + " which was given, changed nothing."),
        text(started));
    refuses2("{\"model\":\"meta/llama\",\"port\":8001}", "`port`");
    refuses2("{\"model\":\"meta/llama\",\"gpu_memory_utilization\":1}", "`gpu_memory_utilization`");
    refuses2("{\"model\":\"meta/llama\",\"extra_args\":\"\"}", "`extra_args`");
  }

  private void refuses2(String arguments, String name) throws Exception {
    CarriedOut refused = call("start_vllm", arguments);
    assertTrue(text(refused).contains("cannot choose " + name + ";"), text(refused));
    assertEquals(List.of("start vllm-server"), workloads.acts, "only the first of this test");
  }

  @Test
  void restartsAndSaysHowItCameBack() throws Exception {
    workloads.outcome =
        new WorkloadOutcome.Changed(
            "Deployment `vllm` was scaled from 2 replicas to 0 and back to 2",
            OptionalInt.of(2),
            new WorkloadReplicas(2, 2, OptionalInt.of(0), OptionalInt.of(1)),
            List.of());
    CarriedOut restarted = call("restart_vllm", "{}");
    assertEquals(List.of("restart vllm-server"), workloads.acts);
    assertTrue(
        text(restarted)
            .startsWith(
                "Restarted `vllm-server`: Deployment `vllm` was scaled from 2 replicas to 0 and back"
                    + " to 2; 2 are running, 0 ready; of before, 1 is still ending so far.\n"),
        text(restarted));
    assertEquals(Effect.DONE, restarted.effect());
  }

  @Test
  void restartTakesANameAlone() throws Exception {
    refuses(
        "restart_vllm",
        "{\"timeout\":3}",
        "Refused: restart_vllm takes container_name; leave out `timeout`.");
  }

  @Test
  void listsDeclaredWorkloadsAndLeavesStoppedOnesOut() throws Exception {
    workloads.looks.put(
        "vllm-server",
        new WorkloadLook.Seen(
            new WorkloadReplicas(2, 2, OptionalInt.of(1), OptionalInt.empty()), "a rollout"));
    workloads.looks.put("batch", new WorkloadLook.Seen(RecordingWorkloads.replicas(0, 0), ""));
    CarriedOut listed = call("list_vllm_containers", "{}");
    assertEquals(
        """
        2 workloads are declared:
        - `vllm-server` (default), Deployment `vllm-server-deploy`: 2 replicas wanted; 2 are running, 1 ready; a rollout; model `meta/llama`
        1 stopped workload is left out; all: true lists every one.\
        """,
        text(listed));
    assertEquals(Effect.DONE, listed.effect());
    String all = text(call("list_vllm_containers", "{\"all\":true}"));
    assertTrue(all.contains("- `batch`, Deployment `batch-deploy`: stopped; "), all);
  }

  @Test
  void listsWhatItCannotSeeAsNotKnown() throws Exception {
    String listed = text(call("list_vllm_containers", "{}"));
    assertTrue(listed.contains("not known: nothing is known; look again"), listed);
  }

  @Test
  void readsLogsWithControlCharactersEscaped_T51() throws Exception {
    workloads.logs =
        new WorkloadLogs.Read(
            List.of(
                new WorkloadLogs.Source(
                    "pod `vllm-1`",
                    "CrashLoopBackOff",
                    "one\r\ntwo\u001b[31m\u202e\ud800\tthree\u0000\n",
                    true)));
    CarriedOut logs = call("get_vllm_logs", "{\"tail\":7}");
    assertEquals(List.of("logs vllm-server 7 65536"), workloads.acts);
    assertEquals(
        """
        The last 7 lines at most of `vllm-server`, as they were written; nobody checked what they say.
        --- pod `vllm-1`, CrashLoopBackOff, older text left out:
        one
        two\\u001b[31m\\u202e\\ud800\tthree\\u0000\
        """,
        text(logs));
    assertEquals(Effect.DONE, logs.effect());
  }

  @Test
  void boundsTheTail() throws Exception {
    for (String tail : List.of("0", "1001", "\"all\"", "1e9")) {
      refuses(
          "get_vllm_logs",
          "{\"tail\":" + tail + "}",
          "Refused: tail must be a whole number from 1 to 1000.");
    }
  }

  @Test
  void saysHowLogsAreSwitchedOn() throws Exception {
    workloads.logs = new WorkloadLogs.Refused("it may not; switch it on");
    CarriedOut refused = call("get_vllm_logs", "{}");
    assertEquals("Refused: it may not; switch it on.", text(refused));
    assertTrue(isError(refused));
  }

  @Test
  void platformIsWhatIsKnownHere() throws Exception {
    assertTrue(
        text(call("get_platform_status", "{}")).startsWith("Somewhere.\nDeclared workloads"));
    refuses(
        "get_platform_status",
        "{\"gpu\":true}",
        "Refused: get_platform_status takes no arguments; leave out `gpu`.");
  }

  @Test
  void saysThatThereIsNoCluster() {
    CarriedOut refused =
        new ContainerTools(Optional.empty())
            .carryOut(
                new ToolsCall("stop_vllm", JsonObject.EMPTY, Optional.empty()),
                List.of(VLLM),
                TIMEOUT);
    assertTrue(text(refused).contains("there is no cluster"), text(refused));
  }

  @Test
  void actsOnTheWorkloadThatItTellsPoliciesOf() throws Exception {
    List<Workload> both = List.of(VLLM, BATCH);
    for (String arguments :
        List.of("{}", "{\"container_name\":\"batch\"}", "{\"container_name\":\"vllm-server\"}")) {
      var json =
          (JsonObject)
              new StrictJson(JsonLimits.REQUEST).read(arguments.getBytes(StandardCharsets.UTF_8));
      Workload told =
          ContainerTools.target(new ToolsCall("stop_vllm", json, Optional.empty()), both)
              .orElseThrow();
      call("stop_vllm", arguments);
      assertEquals("stop " + told.name() + " 10s UNSAID", workloads.acts.getLast());
    }
    for (String none : List.of("postgres", "VLLM-SERVER", "")) {
      JsonObject json = JsonObject.builder().put("container_name", none).build();
      assertEquals(
          Optional.empty(),
          ContainerTools.target(new ToolsCall("stop_vllm", json, Optional.empty()), both));
    }
    assertEquals(
        Optional.empty(),
        ContainerTools.target(
            new ToolsCall("list_vllm_containers", JsonObject.EMPTY, Optional.empty()), both));
  }
}
