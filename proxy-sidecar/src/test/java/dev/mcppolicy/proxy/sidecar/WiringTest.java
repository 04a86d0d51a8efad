// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.sidecar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micronaut.context.ApplicationContext;
import io.micronaut.context.exceptions.BeanInstantiationException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole sidecar whose API server does not answer. */
final class WiringTest {
  @TempDir private Path folder;

  private ApplicationContext start(Map<String, Object> properties) {
    return ApplicationContext.builder()
        .deduceEnvironment(false)
        .deduceCloudEnvironment(false)
        .banner(false)
        .environmentPropertySource(false)
        .properties(properties)
        .start();
  }

  private Map<String, Object> properties() throws Exception {
    Files.createDirectory(folder.resolve("bridge"));
    Files.writeString(folder.resolve("bridge/stdio-bridge"), "of a process before");
    Files.writeString(folder.resolve("program"), "the bridge");
    Files.writeString(folder.resolve("token"), "token");
    return new HashMap<>(
        Map.of(
            "pod.name", "vllm-0",
            "pod.namespace", "inference",
            "pod.uid", "uid",
            "mcp.policy.server", "vllm",
            "mcp.policy.bridge.dir", folder.resolve("bridge").toString(),
            "mcp.policy.bridge.program", folder.resolve("program").toString(),
            "mcp.policy.credentials", folder.toString(),
            "mcp.policy.drain.socket", folder.resolve("drain.sock").toString(),
            "mcp.policy.port", "0",
            "mcp.policy.management.port", "0"));
  }

  @Test
  void letsTheServerStartButServesNothingWithoutABundle() throws Exception {
    Map<String, Object> properties = properties();
    properties.put("kubernetes.service.host", "127.0.0.1");
    properties.put("kubernetes.service.port", "1");
    try (ApplicationContext context = start(properties)) {
      context.getBean(Sidecar.class).start();
      SidecarHealth health = context.getBean(SidecarHealth.class);
      assertTrue(health.started());
      assertFalse(health.ready());
      assertTrue(health.live().toCompletableFuture().get());
      assertFalse(context.getBean(FrontDoor.class).isOpen());
      Path bridge = folder.resolve("bridge/stdio-bridge");
      assertEquals("the bridge", Files.readString(bridge));
      assertEquals(
          "r-xr-xr-x", PosixFilePermissions.toString(Files.getPosixFilePermissions(bridge)));
      try (var left = Files.list(folder.resolve("bridge"))) {
        assertEquals(1, left.count(), "no temporary file is left");
      }
    }
    assertFalse(Files.exists(folder.resolve("drain.sock")), "it cleans up");
  }

  @Test
  void namesEveryVariableThatIsMissing() {
    try (ApplicationContext context = start(Map.of("pod.name", "vllm-0"))) {
      BeanInstantiationException e =
          Assertions.assertThrows(
              BeanInstantiationException.class, () -> context.getBean(SidecarSettings.class));
      for (String variable : new String[] {"POD_NAMESPACE", "POD_UID", "MCP_POLICY_SERVER"}) {
        assertTrue(String.valueOf(e.getMessage()).contains(variable), e.getMessage());
      }
    }
  }
}
