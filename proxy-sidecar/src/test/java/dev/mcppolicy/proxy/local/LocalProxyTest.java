// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.testkit.mcp.StdioRecording;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LocalProxyTest {
  private static final String PUBLISHED =
      """
      {"version": "1", "default": "deny",
       "tools": {"stop_vllm": {"limits": [{"counter": "stop_vllm_rate", "window": "minute", "max": 10, "scope": "grant"}]}}}
      """;

  @TempDir private Path folder;

  @Test
  void enforcesThePublishedPolicyBeforeAChildProcess() throws Exception {
    StdioRecording upstream = StdioRecording.in(folder);
    String policy = PUBLISHED.replace("minute", "month"); // no minute ends while it counts
    try (LocalFixture proxy = LocalFixture.start(folder, policy, upstream);
        McpClient agent = proxy.agent()) {
      assertEquals(
          List.of("stop_vllm"),
          agent
              .list()
              .object("result")
              .orElseThrow()
              .array("tools")
              .orElseThrow()
              .elements()
              .stream()
              .map(tool -> ((JsonObject) tool).string("name").orElseThrow())
              .toList());
      for (int i = 0; i < 10; i++) {
        JsonObject answer = agent.call("stop_vllm", "{\"container_name\":\"vllm-server\"}");
        assertFalse(McpClient.isError(answer), answer.toString());
      }
      JsonObject eleventh = agent.call("stop_vllm", "{}");
      assertTrue(McpClient.isError(eleventh), eleventh.toString());
      assertTrue(McpClient.text(eleventh).contains("10"), McpClient.text(eleventh));
      JsonObject other = agent.call("start_vllm", "{\"model\":\"m\"}");
      assertTrue(McpClient.isError(other), other.toString());
      assertEquals(10, upstream.messages("tools/call").size());
    }
  }
}
