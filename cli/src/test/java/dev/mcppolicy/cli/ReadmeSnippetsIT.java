// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.json.JsonLimits;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.json.StrictJson;
import dev.mcppolicy.testkit.cluster.Artefacts;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The README's snippets for MCP clients work exactly as written, but for `/path/to/`: the official
 * Python client starts what they say, before the real server.
 */
final class ReadmeSnippetsIT {
  private static final Path REPOSITORY = Path.of(System.getProperty("repository"));
  private static final int STOPS_ALLOWED = 10;

  @TempDir Path pathTo;

  @ParameterizedTest
  @ValueSource(strings = {"claude-desktop", "cursor"})
  void snippetPutsThePolicyBeforeTheRealServer(String client) throws Exception {
    var tools = new ArrayList<>(List.of("vllm_status", "run_benchmark"));
    tools.addAll(
        Collections.nCopies(
            2 * STOPS_ALLOWED + 1,
            "stop_vllm")); // whatever the minute's edge, one window has eleven
    JsonObject seen = drive(snippet(client), tools);

    List<String> listed =
        seen.array("listed").orElse(JsonArray.EMPTY).elements().stream()
            .map(name -> ((JsonValue.JsonString) name).value())
            .toList();
    assertEquals(
        List.of("list_models", "stop_vllm", "vllm_status"), listed.stream().sorted().toList());
    List<JsonObject> answers =
        seen.array("answers").orElseThrow().elements().stream()
            .map(JsonObject.class::cast)
            .toList();
    assertTrue(text(answers.get(0)).contains("vLLM Server Status"), text(answers.get(0)));
    assertTrue(
        text(answers.get(1)).startsWith("Denied by policy: `run_benchmark`"), text(answers.get(1)));
    List<JsonObject> stops = answers.subList(2, answers.size());
    List<JsonObject> first = stops.subList(0, STOPS_ALLOWED);
    first.forEach(stop -> assertFalse(text(stop).startsWith("Denied by policy"), text(stop)));
    assertTrue(
        stops.stream().anyMatch(stop -> text(stop).contains("limited to 10 calls a minute")),
        () -> "no stop was denied: " + stops);
  }

  /** A real engine, a real container, and another one that nothing names (T125). */
  @Test
  void snippetWithAWorkloadStopsThatContainerAndNoOther() throws Exception {
    String image = "local/vllm-standin:1";
    Artefacts.vllmStandinImage();
    String name = "mcp-policy-it-" + Long.toHexString(System.nanoTime());
    docker("run", "--detach", "--network=none", "--name", name, image);
    String other = docker("run", "--detach", "--network=none", image).strip();
    try {
      JsonObject seen =
          drive(
              snippet("docker").replace("docker:my-vllm", "docker:" + name),
              List.of("stop_vllm", "stop_vllm", "start_vllm"));
      List<JsonObject> answers =
          seen.array("answers").orElseThrow().elements().stream()
              .map(JsonObject.class::cast)
              .toList();
      assertTrue(
          text(answers.get(0))
              .startsWith("Stopped `" + name + "`: container `" + name + "` was stopped"),
          text(answers.get(0)));
      assertTrue(
          text(answers.get(1)).startsWith("`" + name + "` was not running"), text(answers.get(1)));
      assertTrue(
          text(answers.get(2)).startsWith("Denied by policy: `start_vllm`"), text(answers.get(2)));
      assertEquals("exited", status(name));
      assertEquals("running", status(other));
    } finally {
      docker("rm", "--force", name, other);
    }
  }

  private static String status(String container) throws Exception {
    return docker("inspect", "--format", "{{.State.Status}}", container).strip();
  }

  private static String docker(String... arguments) throws Exception {
    var command = new ArrayList<>(List.of("docker"));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).start();
    byte[] output = process.getInputStream().readAllBytes();
    assertEquals(0, process.waitFor(), command::toString);
    return new String(output, StandardCharsets.UTF_8);
  }

  /** What the official client sees with that configuration. */
  private JsonObject drive(String snippet, List<String> tools) throws Exception {
    Path python = Artefacts.pythonBin();
    Files.createSymbolicLink(pathTo.resolve("mcp-policy"), REPOSITORY.resolve("mcp-policy"));
    Files.createSymbolicLink(pathTo.resolve("vllm-mcp-server"), python.resolve("vllm-mcp-server"));
    Files.copy(REPOSITORY.resolve("examples/laptop/policy.json"), pathTo.resolve("policy.json"));
    Path configuration = pathTo.resolve("configuration.json");
    Files.writeString(configuration, snippet.replace("/path/to/", pathTo + "/"));
    Path driver = pathTo.resolve("drive_stdio.py");
    try (var script = ReadmeSnippetsIT.class.getResourceAsStream("/drive_stdio.py")) {
      Files.copy(java.util.Objects.requireNonNull(script), driver);
    }
    var command =
        new ArrayList<>(
            List.of(
                python.resolve("python").toString(),
                driver.toString(),
                configuration.toString(),
                "vllm"));
    command.addAll(tools);
    return run(command);
  }

  /** The JSON block of README.md that follows the comment with this name. */
  private static String snippet(String name) throws Exception {
    Matcher block =
        Pattern.compile("<!-- " + name + " -->\\s*```json\\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(REPOSITORY.resolve("README.md")));
    assertTrue(block.find(), "README.md has no JSON block after <!-- " + name + " -->");
    return block.group(1);
  }

  private static String text(JsonObject answer) {
    return answer.string("text").orElseThrow();
  }

  private JsonObject run(List<String> command) throws Exception {
    Path errors = pathTo.resolve("errors.txt");
    Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
    byte[] output = process.getInputStream().readAllBytes();
    assertTrue(process.waitFor(60, TimeUnit.SECONDS), "the client did not end");
    assertEquals(
        0, process.exitValue(), () -> new String(output, StandardCharsets.UTF_8) + read(errors));
    return (JsonObject) new StrictJson(JsonLimits.RESPONSE).read(output);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (java.io.IOException unreadable) {
      return unreadable.toString();
    }
  }
}
