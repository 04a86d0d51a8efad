// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.mcppolicy.json.JsonLimits;
import dev.mcppolicy.json.JsonText;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonNull;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.json.MalformedJsonException;
import dev.mcppolicy.json.StrictJson;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code restore} of a workload whose ScaledObject a stop has paused; KedaE2E has the real one. */
final class PausedRestoreTest {
  private static final String OURS = "/apis/mcppolicy.dev/v1alpha1/namespaces/inference/";
  private static final String SCALE = "/apis/apps/v1/namespaces/inference/deployments/vllm/scale";
  private static final String SCALED_OBJECT =
      "/apis/keda.sh/v1alpha1/namespaces/inference/scaledobjects/vllm";
  private static final StrictJson JSON = new StrictJson(JsonLimits.RESPONSE);

  @TempDir private Path folder;
  private final Map<String, JsonObject> objects = new ConcurrentHashMap<>();
  private final Map<String, Integer> refused = new ConcurrentHashMap<>();
  private final List<String> patched = new CopyOnWriteArrayList<>();
  private final Map<String, Runnable> afterPatch = new ConcurrentHashMap<>();
  private HttpServer api;

  PausedRestoreTest() throws IOException {
    api = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
  }

  @BeforeEach
  void serve() {
    api.createContext("/", this::answer);
    api.start();
    put(
        OURS + "mcpservers/vllm",
        """
        {"spec": {"workloads": [{"name": "vllm-server", "pauseScaledObject": "vllm",
          "target": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "vllm"}}]}}
        """);
    put(
        OURS + "mcpserverstates/vllm",
        """
        {"metadata": {"resourceVersion": "1"}, "spec": {"workloads": {"vllm-server":
          {"previousReplicas": 3, "stoppedAt": "2026-01-31T18:00:00Z", "decision": "abc-7"}}}}
        """);
    put(
        SCALE,
        "{\"metadata\": {\"uid\": \"u\", \"resourceVersion\": \"4\"}, \"spec\": {\"replicas\": 0}}");
    paused("\"autoscaling.keda.sh/paused-replicas\": \"0\", \"mcppolicy.dev/paused-for\": \"x\"");
  }

  @AfterEach
  void stop() {
    api.stop(0);
  }

  private void paused(String annotations) {
    put(
        SCALED_OBJECT,
        "{\"metadata\": {\"resourceVersion\": \"7\", \"annotations\": {\"a\": \"b\"%s}}}"
            .formatted(annotations.isEmpty() ? "" : ", " + annotations));
  }

  private void put(String path, String object) {
    objects.put(path, json(object.getBytes(StandardCharsets.UTF_8)));
  }

  private static JsonObject json(byte[] text) {
    try {
      return (JsonObject) JSON.read(text);
    } catch (MalformedJsonException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    JsonObject object = objects.get(path);
    int status = object == null ? 404 : 200;
    if (exchange.getRequestMethod().equals("PATCH") && object != null) {
      patched.add(path);
      status = refused.getOrDefault(path, 200);
      if (status == 200) {
        object = merged(object, json(exchange.getRequestBody().readAllBytes()));
        objects.put(path, object);
        afterPatch.getOrDefault(path, () -> {}).run();
      }
    }
    byte[] body =
        (status == 200 && object != null
                ? JsonText.string(object)
                : "{\"kind\":\"Status\",\"message\":\"no\",\"code\":" + status + "}")
            .getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  /** RFC 7396. */
  private static JsonObject merged(JsonObject object, JsonObject patch) {
    var members = new LinkedHashMap<String, JsonValue>(object.members());
    patch
        .members()
        .forEach(
            (name, value) -> {
              if (value instanceof JsonNull) {
                members.remove(name);
              } else if (value instanceof JsonObject part) {
                JsonObject before =
                    members.get(name) instanceof JsonObject found ? found : JsonObject.EMPTY;
                members.put(name, merged(before, part));
              } else {
                members.put(name, value);
              }
            });
    return new JsonObject(members);
  }

  private Ran run(String... more) throws Exception {
    var arguments = new ArrayList<>(List.of("restore", "vllm"));
    arguments.addAll(List.of(more));
    return Ran.mcpPolicyAt(
        folder,
        "server: 'http://127.0.0.1:%d'".formatted(api.getAddress().getPort()),
        "t",
        arguments.toArray(String[]::new));
  }

  private String annotations() {
    return JsonText.string(
        objects
            .getOrDefault(SCALED_OBJECT, JsonObject.EMPTY)
            .object("metadata")
            .flatMap(metadata -> metadata.object("annotations"))
            .orElseThrow());
  }

  @Test
  void liftsOurPauseFirst() throws Exception {
    Ran dry = run("--dry-run");
    assertEquals(0, dry.exitCode(), dry.err());
    assertTrue(
        dry.out().startsWith("vllm-server: ScaledObject `vllm` would be released\n"), dry.out());
    assertEquals(List.of(), patched);

    Ran ran = run();
    assertEquals(0, ran.exitCode(), ran.err());
    assertTrue(ran.out().startsWith("vllm-server: ScaledObject `vllm` was released\n"), ran.out());
    assertTrue(ran.out().contains("was scaled 0 -> 3"), ran.out());
    assertEquals("{\"a\":\"b\"}", annotations());
    assertEquals(List.of(SCALED_OBJECT, SCALE), patched.subList(0, 2));
  }

  @Test
  void leavesThePauseOfAPerson() throws Exception {
    paused("\"autoscaling.keda.sh/paused-replicas\": \"0\"");
    Ran ran = run();
    assertEquals(1, ran.exitCode());
    assertTrue(ran.err().contains("somebody has paused ScaledObject `vllm`"), ran.err());
    assertTrue(
        ran.err()
            .contains(
                "kubectl annotate scaledobject vllm --namespace inference"
                    + " autoscaling.keda.sh/paused-replicas- autoscaling.keda.sh/paused-"),
        ran.err());
    assertEquals(List.of(), patched);
  }

  @Test
  void bringsBackWhereNothingIsPausedOrThereIsNothing() throws Exception {
    paused("");
    Ran ran = run();
    assertEquals(0, ran.exitCode(), ran.err());
    assertFalse(ran.out().contains("ScaledObject"), ran.out());
    objects.remove(SCALED_OBJECT);
    put(SCALE, "{\"metadata\": {\"uid\": \"u\", \"resourceVersion\": \"4\"}, \"spec\": {}}");
    assertTrue(run("vllm-server").out().contains("was scaled 0 -> "), "without KEDA");
  }

  private void keptAndUndone() {
    put(
        OURS + "mcpserverstates/vllm",
        """
        {"metadata": {"resourceVersion": "1"}, "spec": {"workloads": {"vllm-server":
          {"previousReplicas": 3, "stoppedAt": "2026-01-31T18:00:00Z", "decision": "abc-7",
           "undoneAt": "2026-01-31T19:00:00Z"}}}}
        """);
  }

  @Test
  void leavesAloneWhatWasBroughtBackSince() throws Exception {
    keptAndUndone();
    paused("");
    Ran ran = run();
    assertEquals(
        "vllm-server: Deployment `vllm` is stopped, but not by a tool, whose last stop was undone at"
            + " 2026-01-31T19:00:00Z; left alone. Name it to bring it back to 3\n",
        ran.out(),
        ran.err());
    assertEquals(0, ran.exitCode());
    assertEquals(List.of(), patched);
  }

  @Test
  void byItsNameItIsBroughtBackAndNoOldDecisionIsNamed() throws Exception {
    keptAndUndone();
    paused("");
    Ran ran = run("vllm-server");
    assertTrue(
        ran.out()
            .endsWith(
                "was scaled 0 -> 3, what it had when a tool last stopped it, which was undone at"
                    + " 2026-01-31T19:00:00Z\n"),
        ran.out());
    assertFalse(ran.out().contains("abc-7"), ran.out());
  }

  @Test
  void recordsThatTheStopIsUndone() throws Exception {
    run();
    JsonObject kept = kept();
    assertEquals(kept.string("restoredAt"), kept.string("undoneAt"));
    assertTrue(kept.string("undoneAt").isPresent());
  }

  /** A tool stops it again before that is recorded. */
  @Test
  void aStopThatWasMadeMeanwhileStands() throws Exception {
    afterPatch.put(
        SCALE,
        () ->
            put(
                OURS + "mcpserverstates/vllm",
                """
                {"metadata": {"resourceVersion": "2"}, "spec": {"workloads": {"vllm-server":
                  {"previousReplicas": 3, "stoppedAt": "2026-02-01T18:00:00Z", "decision": "abc-8"}}}}
                """));
    run();
    assertTrue(kept().string("restoredAt").isPresent());
    assertFalse(kept().has("undoneAt"), kept()::toString);
  }

  private JsonObject kept() {
    return objects
        .getOrDefault(OURS + "mcpserverstates/vllm", JsonObject.EMPTY)
        .object("spec")
        .flatMap(spec -> spec.object("workloads"))
        .flatMap(workloads -> workloads.object("vllm-server"))
        .orElseThrow();
  }

  /** A container of another machine: the cluster knows no more of it than its name. */
  @Test
  void saysHowAContainerIsStartedAndGoesOnWithTheOthers() throws Exception {
    put(
        OURS + "mcpservers/vllm",
        """
        {"spec": {
          "docker": {"endpoint": "https://gpu-box:2376", "tlsSecretName": "gpu-box"},
          "workloads": [
            {"name": "box", "target": {"apiVersion": "mcppolicy.dev/v1alpha1", "kind": "Container", "name": "vllm_1"}},
            {"name": "vllm-server", "pauseScaledObject": "vllm",
              "target": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "vllm"}}]}}
        """);
    Ran one = run("box");
    assertEquals(1, one.exitCode());
    assertEquals("", one.out());
    assertEquals(
        "mcp-policy: box: container `vllm_1` is run by the engine at `https://gpu-box:2376`, which"
            + " the cluster cannot ask; nothing was changed. Let an agent call start_vllm with"
            + " container_name `box`, or run `docker start vllm_1` on that machine\n",
        one.err());
    assertEquals(List.of(), patched);

    Ran all = run();
    assertEquals(1, all.exitCode());
    assertTrue(all.err().contains("box: container `vllm_1`"), all.err());
    assertTrue(all.out().contains("was scaled 0 -> 3"), all.out());
  }

  @Test
  void saysWhichRightIsMissing() throws Exception {
    refused.put(SCALED_OBJECT, 403);
    Ran ran = run();
    assertEquals(1, ran.exitCode());
    assertTrue(ran.err().contains("get and patch on scaledobjects.keda.sh"), ran.err());
    assertFalse(patched.contains(SCALE), "it would not stay");
  }

  @Test
  void triesAgainWhenSomebodyElseWrites() throws Exception {
    refused.put(SCALED_OBJECT, 409);
    Ran ran = run();
    assertEquals(1, ran.exitCode());
    assertEquals(5, patched.size());
    assertTrue(ran.err().contains("again and again"), ran.err());
  }
}
