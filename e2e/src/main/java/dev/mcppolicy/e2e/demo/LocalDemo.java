// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.e2e.demo;

import dev.mcppolicy.e2e.McpClient;
import dev.mcppolicy.e2e.McpClient.RefusedException;
import dev.mcppolicy.e2e.McpClient.ToolAnswer;
import dev.mcppolicy.e2e.Waiting;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.testkit.cluster.Artefacts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The same enforcement on one machine, before the real vllm-mcp-server: entry point of ./demo
 * --local, LocalDemo REPOSITORY.
 */
public final class LocalDemo {
  /** What no machine has: the real server would stop and remove a container of its default name. */
  private static final String NO_CONTAINER = "mcp-policy-demo-has-no-such-container";

  private static final JsonObject STOP =
      JsonObject.builder().put("container_name", NO_CONTAINER).build();

  private final Narration narration = new Narration(System.out, InstantSource.system());
  private final Path repository;

  private LocalDemo(Path repository) {
    this.repository = repository;
  }

  public static void main(String[] arguments) throws IOException {
    var demo = new LocalDemo(Path.of(arguments[0]));
    System.exit(demo.held() ? 0 : 1);
  }

  private boolean held() throws IOException {
    Path folder = Files.createTempDirectory("mcp-policy-demo-");
    try {
      run(folder);
      System.out.printf(
          "%n%d facts checked, all hold. (%d s)%n",
          narration.checks(), narration.elapsed().toSeconds());
      return true;
    } catch (Exception failed) {
      System.err.println(
          "the demo failed: "
              + failed.getMessage()
              + "\nwhat the proxy said is in "
              + folder.resolve("proxy.log"));
      return false;
    }
  }

  private void run(Path folder) throws IOException, RefusedException, InterruptedException {
    narration.chapter("mcp-policy before the real vllm-mcp-server, on this machine");
    Path policy = folder.resolve("policy.json");
    Files.copy(repository.resolve("examples/laptop/policy.json"), policy);
    narration.command("cat policy.json");
    narration.output(Files.readString(policy));
    Path tokenFile = folder.resolve("token");
    String token = newToken();
    Files.createFile(
        tokenFile,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(tokenFile, token + "\n");
    int port = freePort();
    Path server = Artefacts.pythonBin().resolve("vllm-mcp-server");
    List<String> command =
        List.of(
            repository.resolve("mcp-policy").toString(),
            "proxy",
            "--policy",
            policy.toString(),
            "--grant",
            "me=" + tokenFile,
            "--listen",
            "127.0.0.1:" + port,
            "--",
            server.toString());
    narration.command(
        "mcp-policy proxy --policy policy.json --grant me=token --listen 127.0.0.1:"
            + port
            + " -- vllm-mcp-server");
    var builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("proxy.log").toFile());
    builder.environment().put("VLLM_CONTAINER_NAME", NO_CONTAINER);
    Process proxy = builder.start();
    try {
      URI url = URI.create("http://127.0.0.1:" + port + "/mcp");
      Waiting.until("the proxy answers", Duration.ofMinutes(3), () -> answers(url, token));
      try (McpClient agent = McpClient.connect(url, token, "")) {
        calls(agent);
        newPolicy(agent, policy);
      }
    } finally {
      proxy.destroy();
      if (!proxy.waitFor(10, TimeUnit.SECONDS)) {
        proxy.destroyForcibly();
      }
    }
  }

  private void calls(McpClient agent) throws IOException, RefusedException {
    narration.chapter("Calls");
    List<String> tools = agent.tools();
    narration.say("agent    tools/list -> " + tools);
    narration.check(
        tools.size() == 3, "three of the server's 12 tools are listed", "listed are " + tools);
    ToolAnswer status = agent.call("vllm_status");
    narration.call("agent", "vllm_status", status.text());
    narration.check(
        status.text().contains("vLLM Server Status"),
        "an allowed call reaches the real server",
        status.text());
    ToolAnswer benchmark = agent.call("run_benchmark");
    narration.call("agent", "run_benchmark", benchmark.text());
    narration.check(
        benchmark.isError() && benchmark.text().startsWith("Denied by policy"),
        "a tool that no rule names is denied",
        benchmark.text());
    int let = 0;
    ToolAnswer stop = agent.call("stop_vllm", STOP);
    while (!stop.text().startsWith("Denied by policy") && let < 25) {
      let++;
      narration.call("agent", "stop_vllm", stop.text());
      stop = agent.call("stop_vllm", STOP);
    }
    narration.call("agent", "stop_vllm", stop.text());
    narration.check(
        stop.text().contains("limited to 10 calls a minute"),
        "stop_vllm is denied once a minute has had ten, after "
            + let
            + " here (windows are calendar minutes)",
        stop.text());
  }

  private void newPolicy(McpClient agent, Path policy) throws IOException, RefusedException {
    narration.chapter("Another policy in the same file");
    String locked =
        "{\"version\": \"1\", \"default\": \"deny\", \"tools\": {\"vllm_status\": {\"action\": \"deny\", \"reason\": \"maintenance until noon\"}}}\n";
    narration.command("cat > policy.json");
    narration.output(locked);
    Files.writeString(policy, locked);
    Waiting.until(
        "the new policy decides",
        Duration.ofSeconds(10),
        () -> agent.call("vllm_status").text().contains("maintenance until noon"));
    narration.call("agent", "vllm_status", agent.call("vllm_status").text());
    narration.check(
        agent.tools().isEmpty(), "no tool is listed any more", "listed are " + agent.tools());
  }

  private static boolean answers(URI url, String token) throws IOException, RefusedException {
    McpClient.connect(url, token, "").close();
    return true;
  }

  private static String newToken() {
    var bits = new byte[32];
    new SecureRandom().nextBytes(bits);
    return "mcpg_me_" + Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
