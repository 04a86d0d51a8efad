// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.testkit.cluster.Artefacts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code scan} on the real server: what it writes is a policy that the other commands use. */
final class ScanIT {
  @TempDir private static Path folder;
  private static Path policy = Path.of("");
  private static Path tools = Path.of("");

  @BeforeAll
  static void scan() throws Exception {
    policy = folder.resolve("policy.yaml");
    tools = folder.resolve("tools.json");
    Ran ran =
        Ran.run(
            Ran.mcpPolicy(
                "scan",
                "--save-tools",
                tools.toString(),
                "--",
                Artefacts.pythonBin().resolve("vllm-mcp-server").toString()),
            new byte[0]);
    assertEquals(0, ran.exitCode(), ran.err());
    Files.writeString(policy, ran.out());
  }

  @Test
  void writesAPolicyThatCheckAcceptsWithoutWarnings() {
    Ran checked = InProcess.run("check", "--strict", policy.toString());
    assertEquals(0, checked.exitCode(), checked.out());
    assertEquals(policy + ": valid, 12 rules, 0 tests\n0 errors, 0 warnings\n", checked.out());
    Ran withTools =
        InProcess.run("check", "--strict", "--tools", tools.toString(), policy.toString());
    assertEquals(0, withTools.exitCode(), withTools.out());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"name\": \"vllm_status\"}                                                       | 0",
        "{\"name\": \"vllm_chat\", \"arguments\": {\"messages\": []}}                      | 0",
        "{\"name\": \"vllm_chat\", \"arguments\": {\"messages\": [], \"max_tokens\": 9000}}| 3",
        "{\"name\": \"stop_vllm\"}                                                         | 5",
        "{\"name\": \"stop_vllm\", \"arguments\": {\"container_name\": \"postgres\"}}      | 3",
        "{\"name\": \"start_vllm\", \"arguments\": {\"model\": \"a/b\"}}                   | 5",
        "{\"name\": \"start_vllm\", \"arguments\": {\"model\": \"/etc\"}}                  | 3",
        "{\"name\": \"start_vllm\", \"arguments\": {\"model\": \"a/b\", \"extra_args\": []}}   | 3",
        "{\"name\": \"start_vllm\", \"arguments\": {\"model\": \"a/b\", \"docker_image\": \"x\"}} | 3",
        "{\"name\": \"run_benchmark\", \"arguments\": {\"target\": \"http://10.0.0.1\"}}   | 3",
        "{\"name\": \"delete_model\"}                                                      | 3"
      })
  void writesAPolicyThatDecideUses(String call, int exitCode) {
    for (List<String> more : List.of(List.<String>of(), List.of("--tools", tools.toString()))) {
      var arguments = new ArrayList<>(List.of("decide", "--call=-", "--policy", policy.toString()));
      arguments.addAll(more);
      Ran decided = InProcess.run(call, arguments);
      assertEquals(exitCode, decided.exitCode(), decided.out() + decided.err());
    }
  }

  @Test
  void namesTheServerInAComment() throws Exception {
    assertTrue(
        Files.readString(policy).startsWith("# The 12 tools that `vllm-mcp-server` lists.\n"));
  }
}
