// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.mcppolicy.api.v1alpha1.McpServerState;
import dev.mcppolicy.json.JsonLimits;
import dev.mcppolicy.json.JsonValue.JsonNull;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.json.StrictJson;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

final class StatePrunerTest {

  /** A sidecar chooses the keys; none of them reaches beyond the pods. */
  @Test
  void takesOutAKeyThatLooksLikeJson() throws Exception {
    String key = "x\":null},\"workloads\":{\"vllm\":null,\"y";
    McpServerState state = new McpServerState();
    state.setMetadata(new ObjectMetaBuilder().withResourceVersion("7").build());
    String patch = StatePruner.removal(state, new TreeSet<>(Set.of(key, "vllm-0")));
    assertEquals(
        JsonObject.builder()
            .put("metadata", JsonObject.builder().put("resourceVersion", "7").build())
            .put(
                "spec",
                JsonObject.builder()
                    .put(
                        "pods",
                        JsonObject.builder()
                            .put("vllm-0", JsonNull.NULL)
                            .put(key, JsonNull.NULL)
                            .build())
                    .build())
            .build(),
        new StrictJson(JsonLimits.REQUEST).read(patch.getBytes(StandardCharsets.UTF_8)));
  }
}
