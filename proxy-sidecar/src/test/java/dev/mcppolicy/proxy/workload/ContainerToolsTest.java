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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

final class ContainerToolsTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(3);
  private static final Workload VLLM = workload("vllm-server", true, Optional.of("meta/llama"));
  private static final Workload BATCH = workload("batch", false, Optional.empty());

  private final List<String> done = new ArrayList<>();
  private WorkloadOutcome outcome = new WorkloadOutcome.Scaled(0, 2, 2);

  private static Workload workload(String name, boolean isDefault, Optional<String> model) {
    return new Workload(
        name, isDefault, new Workload.Target("apps/v1", "Deployment", name + "-deploy"), model);
  }

  private final class Recording implements WorkloadControl {
    @Override
    public WorkloadOutcome stop(Workload workload, Duration timeout) {
      done.add("stop " + workload.name() + " " + timeout.toSeconds());
      return outcome;
    }

    @Override
    public WorkloadOutcome start(Workload workload, Duration timeout) {
      done.add("start " + workload.name() + " " + timeout.toSeconds());
      return outcome;
    }
  }

  private CarriedOut call(String tool, String arguments) throws Exception {
    return call(tool, arguments, List.of(VLLM, BATCH));
  }

  private CarriedOut call(String tool, String arguments, List<Workload> workloads)
      throws Exception {
    var json =
        (JsonObject)
            new StrictJson(JsonLimits.REQUEST).read(arguments.getBytes(StandardCharsets.UTF_8));
    return new ContainerTools(Optional.of(new Recording()))
        .carryOut(new ToolsCall(tool, json, Optional.empty()), workloads, TIMEOUT);
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
    assertFalse(refused.acted());
    assertEquals(List.of(), done, "nothing may be scaled");
  }

  @Test
  void stopsTheDefaultWorkloadAndSaysHowToStartItAgain() throws Exception {
    CarriedOut stopped = call("stop_vllm", "{\"remove\":true,\"timeout\":10}");
    assertEquals(List.of("stop vllm-server 3"), done);
    assertEquals(
        """
        Stopped `vllm-server`: Deployment `vllm-server-deploy` was scaled from 2 replicas to 0; 2 are still ending.
        Start it again with start_vllm, container_name `vllm-server`: it returns to 2 replicas.
        Nothing was removed: the pods end with the stop, the Deployment stays, and its own grace period decides how long they may take.\
        """,
        text(stopped));
    assertFalse(isError(stopped));
    assertTrue(stopped.acted());
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
    assertEquals(List.of("stop batch 3"), done);
  }

  @Test
  void saysThatItWasNotRunning() throws Exception {
    outcome = new WorkloadOutcome.AlreadyThere(0, 1, OptionalInt.of(3));
    CarriedOut stopped = call("stop_vllm", "{}");
    assertTrue(
        text(stopped)
            .startsWith(
                "`vllm-server` was not running: Deployment `vllm-server-deploy` is already scaled"
                    + " to 0; 1 is still ending.\n"),
        text(stopped));
    assertTrue(text(stopped).contains("it returns to 3 replicas"), text(stopped));
    assertFalse(stopped.acted());
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
    assertEquals(List.of(), done);
  }

  @Test
  void refusesArgumentsThatItWouldHaveToIgnore_T24() throws Exception {
    refuses(
        "start_vllm",
        "{\"model\":\"meta/llama\",\"docker_image\":\"evil\",\"port\":1}",
        "Refused: start_vllm brings a declared workload back as it is declared, so it takes model"
            + " and container_name alone; leave out `docker_image`, `port`.");
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
    outcome = new WorkloadOutcome.Scaled(2, 0, 0);
    CarriedOut started = call("start_vllm", "{\"model\":\"meta/llama\"}");
    assertEquals(List.of("start vllm-server 3"), done);
    assertTrue(
        text(started)
            .startsWith(
                "Started `vllm-server`: Deployment `vllm-server-deploy` was scaled from 0 to 2"
                    + " replicas; 0 are running so far.\n"),
        text(started));
  }

  @Test
  void saysThatAFreelyNamedModelChangesNothing() throws Exception {
    outcome = new WorkloadOutcome.AlreadyThere(1, 1, OptionalInt.empty());
    CarriedOut started = call("start_vllm", "{\"model\":\"any\",\"container_name\":\"batch\"}");
    assertTrue(
        text(started)
            .startsWith(
                "`batch` was started already: Deployment `batch-deploy` is scaled to 1 replica; 1"
                    + " is running.\n"),
        text(started));
    assertTrue(text(started).contains("the argument model did not change it"), text(started));
    assertFalse(started.acted());
  }

  @Test
  void saysWhyItFailedAndWhatToDo() throws Exception {
    outcome = new WorkloadOutcome.Failed("it is forbidden", "ask for the right");
    CarriedOut failed = call("stop_vllm", "{}");
    assertEquals(
        "Failed to stop `vllm-server`: it is forbidden.\nWhat to do: ask for the right.",
        text(failed));
    assertTrue(isError(failed));
    assertTrue(failed.acted(), "whether it had an effect is not known");
  }

  @Test
  void saysWhichToolsComeLater() throws Exception {
    for (String tool : List.of("restart_vllm", "list_vllm_containers", "get_vllm_logs")) {
      refuses(
          tool,
          "{}",
          "Refused: `"
              + tool
              + "` is not carried out by this version; stop_vllm and start_vllm are.");
    }
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
}
