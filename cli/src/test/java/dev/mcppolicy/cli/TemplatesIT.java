// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.mcppolicy.engine.PolicyId;
import dev.mcppolicy.engine.PolicyTests;
import dev.mcppolicy.engine.ToolDefinition;
import dev.mcppolicy.engine.ToolLookup;
import dev.mcppolicy.engine.catalogue.PolicyTemplate;
import dev.mcppolicy.engine.document.PolicyReader;
import dev.mcppolicy.engine.document.PolicyReading;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the templates claim, beside the tools that the real server lists. */
final class TemplatesIT {
  private static Map<String, ToolDefinition> live = Map.of();

  @BeforeAll
  static void askTheServer() throws Exception {
    live =
        CatalogueIT.live().tools().stream()
            .collect(Collectors.toMap(ToolDefinition::name, Function.identity()));
  }

  @ParameterizedTest
  @EnumSource
  void namesEveryToolOfTheServerAndPassesItsTestsWithTheServersSchemas(PolicyTemplate template) {
    var valid =
        assertInstanceOf(PolicyReading.Valid.class, PolicyReader.read(template.text())).document();
    assertEquals(new TreeSet<>(live.keySet()), new TreeSet<>(valid.tools().keySet()));
    var failed =
        PolicyTests.run(
                valid,
                new PolicyId("", template.word(), 1),
                name -> {
                  ToolDefinition tool = live.get(name);
                  return tool == null ? new ToolLookup.Unknown() : new ToolLookup.Known(tool);
                })
            .stream()
            .filter(result -> !result.passed())
            .toList();
    assertEquals(List.of(), failed);
  }
}
