// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.check;

import dev.mcppolicy.api.v1alpha1.ToolMapping;
import dev.mcppolicy.engine.catalogue.CatalogueTool;
import dev.mcppolicy.engine.catalogue.RiskCatalogue;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The tools that servers are known to have without asking them. */
public final class KnownTools {
  private KnownTools() {}

  /**
   * @param mappings of all servers of a policy; empty for one that is not known
   * @return by name; empty when a server may have others
   */
  public static Map<String, CatalogueTool> of(List<Optional<ToolMapping>> mappings) {
    boolean isKnown =
        !mappings.isEmpty()
            && mappings.stream()
                .allMatch(mapping -> mapping.equals(Optional.of(ToolMapping.VLLM_MCP_SERVER)));
    return isKnown ? RiskCatalogue.vllm().byName() : Map.of();
  }
}
