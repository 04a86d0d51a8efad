// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.testkit.mcp.RawHttp;
import dev.mcppolicy.testkit.mcp.StdioRecording;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class McpPolicyTest {
  private static final String TOKEN = "0123456789abcdef0123456789abcdef";

  @TempDir private Path folder;

  private static Ran run(String... arguments) throws Exception {
    return Ran.run(Ran.mcpPolicy(arguments), new byte[0]);
  }

  @Test
  void saysWhatItIsAndWhichVersion() throws Exception {
    Ran help = run("--help");
    assertEquals(0, help.exitCode());
    assertTrue(help.out().contains("proxy") && help.out().contains("wrap"), help.out());
    Ran version = run("--version");
    assertEquals(0, version.exitCode());
    assertTrue(version.out().matches("mcp-policy [0-9].*\\R"), version.out());
  }

  @Test
  void saysWithoutACommandWhatToSay() throws Exception {
    Ran ran = run();
    assertEquals(2, ran.exitCode());
    assertEquals(
        "mcp-policy: no command given; begin with `init` or `check`, or see `mcp-policy --help`\n",
        ran.err());
  }

  @Test
  void namesEveryProblemAtOnce() throws Exception {
    Path policy =
        Files.writeString(folder.resolve("p.json"), "{\"version\": \"1\", \"default\": \"x\"}");
    Path shortToken = Files.writeString(folder.resolve("t"), "short");
    Ran ran =
        run(
            "proxy",
            "--policy",
            policy.toString(),
            "--grant",
            "Bad",
            "--grant",
            "a=" + shortToken,
            "--grant",
            "b=" + folder.resolve("none"),
            "--listen",
            "0.0.0.0:0");
    assertEquals(2, ran.exitCode());
    List<String> lines = ran.err().lines().toList();
    assertEquals(6, lines.size(), ran.err());
    for (String part :
        List.of("`Bad`", "no server", "0.0.0.0", "5 characters", "no such file", "`x`")) {
      assertTrue(ran.err().contains(part), part + ": " + ran.err());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "docker,--workload,is not a container such as",
    "docker:,--workload,is not a container such as",
    "docker:/etc,--workload,is not a container such as",
    "kubernetes:vllm,--workload,is not a container such as",
    "docker:vllm,--engine-socket,there is no `/nowhere`",
  })
  void refusesAWorkloadThatCannotBe(String workload, String option, String why) throws Exception {
    Path policy =
        Files.writeString(folder.resolve("p.json"), "{\"version\": \"1\", \"default\": \"deny\"}");
    Ran ran =
        run(
            "wrap",
            "--policy",
            policy.toString(),
            "--workload",
            workload,
            "--engine-socket",
            "/nowhere",
            "--",
            "server");
    assertEquals(2, ran.exitCode());
    assertTrue(ran.err().contains(option) && ran.err().contains(why), ran.err());
  }

  @Test
  void refusesOptionsThatSayNothingWithoutAWorkload() throws Exception {
    Path policy =
        Files.writeString(folder.resolve("p.json"), "{\"version\": \"1\", \"default\": \"deny\"}");
    Ran ran = run("wrap", "--policy", policy.toString(), "--allow-remove", "--", "server");
    assertEquals(2, ran.exitCode());
    assertTrue(ran.err().contains("--workload: none is given"), ran.err());
  }

  @ParameterizedTest
  @CsvSource({"ftp://a/b", "nonsense", "http://user:password@a/b"})
  void refusesAnUpstreamThatIsNoUrl(String url) throws Exception {
    Path policy =
        Files.writeString(folder.resolve("p.json"), "{\"version\": \"1\", \"default\": \"deny\"}");
    Ran ran = run("proxy", "--policy", policy.toString(), "--upstream", url);
    assertEquals(2, ran.exitCode());
    assertTrue(ran.err().contains("--upstream"), ran.err());
  }

  @Test
  void servesOverHttpUntilASignalAndEndsItsServer() throws Exception {
    Path policy =
        Files.writeString(
            folder.resolve("p.yaml"), "version: \"1\"\ndefault: deny\ntools: {vllm_status: {}}\n");
    Path token = Files.writeString(folder.resolve("token"), TOKEN);
    StdioRecording upstream = StdioRecording.in(folder);
    var arguments =
        new ArrayList<>(
            List.of(
                "proxy",
                "--policy",
                policy.toString(),
                "--grant",
                "me=" + token,
                "--listen",
                "localhost:0",
                "--"));
    arguments.addAll(upstream.command());
    Process process = Ran.mcpPolicy(arguments.toArray(String[]::new)).start();
    try (BufferedReader err = process.errorReader(StandardCharsets.UTF_8)) {
      String line = String.valueOf(err.readLine());
      while (!line.contains("serving")) {
        line = String.valueOf(err.readLine());
      }
      int port = Integer.parseInt(line.replaceAll(".*:([0-9]+)/mcp.*", "$1"));
      try (RawHttp http = RawHttp.connect("127.0.0.1", port)) {
        RawHttp.Response begun = http.send(post(port, INITIALIZE)).read();
        String session = begun.header("Mcp-Session-Id").orElseThrow();
        String listed =
            http.send(
                    post(
                        port,
                        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}",
                        "Mcp-Session-Id: " + session))
                .read()
                .text();
        assertTrue(listed.contains("vllm_status") && !listed.contains("stop_vllm"), listed);
      }
      process.destroy();
      assertTrue(process.waitFor(20, TimeUnit.SECONDS));
      long server = upstream.processIds().getFirst();
      assertTrue(ProcessHandle.of(server).map(handle -> !handle.isAlive()).orElse(true));
    } finally {
      process.destroyForcibly();
    }
  }

  static final String INITIALIZE =
      "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{},\"clientInfo\":{\"name\":\"t\",\"version\":\"1\"}}}";

  private static byte[] post(int port, String body, String... headers) {
    var all = new ArrayList<>(List.of("Authorization: Bearer " + TOKEN));
    all.addAll(List.of(headers));
    return RawHttp.post("/mcp", "localhost:" + port, body, all.toArray(String[]::new));
  }
}
