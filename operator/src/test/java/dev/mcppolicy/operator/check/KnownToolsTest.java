// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.check;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.mcppolicy.api.v1alpha1.ToolMapping;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class KnownToolsTest {
  private static final Optional<ToolMapping> VLLM = Optional.of(ToolMapping.VLLM_MCP_SERVER);

  @Test
  void areThoseOfTheMappingWhenAllServersHaveIt() {
    assertEquals(12, KnownTools.of(List.of(VLLM, VLLM)).size());
  }

  @Test
  void areNotKnownWhenAServerMayHaveOthers() {
    assertEquals(Map.of(), KnownTools.of(List.of()));
    assertEquals(Map.of(), KnownTools.of(List.of(VLLM, Optional.empty())));
    assertEquals(Map.of(), KnownTools.of(List.of(VLLM, Optional.of(ToolMapping.NONE))));
  }
}
