// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.schema;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * Looks for schemas that apply each other to the same value without an end, or nearly so. A circle
 * that goes deeper into the value each time is fine: values end.
 */
final class InPlaceOrder {
  private InPlaceOrder() {}

  static void check(Collection<Subschema> schemas) throws UnusableSchemaException {
    Map<Subschema, Integer> appliedBy = new HashMap<>();
    for (Subschema schema : schemas) {
      appliedBy.putIfAbsent(schema, 0);
      for (Keyword keyword : schema.keywords()) {
        keyword.inPlace().forEach(applied -> appliedBy.merge(applied, 1, Integer::sum));
      }
    }
    Map<Subschema, Integer> chain = new HashMap<>();
    var ready = new ArrayDeque<Subschema>();
    appliedBy.forEach(
        (schema, count) -> {
          if (count == 0) {
            ready.add(schema);
          }
        });
    int seen = 0;
    for (Subschema next = ready.poll(); next != null; next = ready.poll()) {
      seen++;
      int length = chain.getOrDefault(next, 1);
      if (length > SchemaCompiler.IN_PLACE_MAX) {
        throw new UnusableSchemaException(
            "",
            "more than " + SchemaCompiler.IN_PLACE_MAX + " schemas in a row apply to one value");
      }
      for (Keyword keyword : next.keywords()) {
        for (Subschema applied : keyword.inPlace()) {
          chain.merge(applied, length + 1, Math::max);
          if (appliedBy.merge(applied, -1, Integer::sum) == 0) {
            ready.add(applied);
          }
        }
      }
    }
    if (seen < appliedBy.size()) {
      throw new UnusableSchemaException("", "it refers to itself without an end");
    }
  }
}
