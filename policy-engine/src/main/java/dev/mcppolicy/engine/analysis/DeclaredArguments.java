// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.analysis;

import dev.mcppolicy.engine.catalogue.CatalogueTool;
import dev.mcppolicy.engine.schema.ArgumentSchema;
import dev.mcppolicy.engine.schema.SchemaReading;
import java.util.List;
import java.util.Optional;

/** What a tool takes: what its schema declares, and what its server is known to honour besides. */
record DeclaredArguments(ArgumentSchema schema, List<String> honoured) {

  /** Empty when the tool has no schema that can be used. */
  static Optional<DeclaredArguments> of(CatalogueTool tool) {
    return switch (tool.definition().schema()) {
      case SchemaReading.Usable(ArgumentSchema schema) ->
          Optional.of(new DeclaredArguments(schema, tool.dangerousArguments()));
      case SchemaReading.Unusable _, SchemaReading.Absent _ -> Optional.empty();
    };
  }

  boolean takesNone() {
    return schema.declared().isEmpty();
  }

  boolean mayHave(List<String> tokens) {
    String first = tokens.getFirst();
    boolean isHonouredOnly = honoured.contains(first) && !schema.declared().contains(first);
    return isHonouredOnly || schema.mayHave(tokens);
  }
}
