// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

import dev.mcppolicy.engine.schema.ArgumentSchema;
import dev.mcppolicy.engine.schema.SchemaReading;
import dev.mcppolicy.engine.schema.SchemaViolation;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.util.Optional;

/**
 * Holds the arguments of a call against the tool's schema. Without one that can be used only a call
 * without arguments passes, as long as a rule is strict.
 */
final class ArgumentCheck {
  private ArgumentCheck() {}

  /**
   * The first thing wrong with the arguments; empty when they fit, when it is no tool, or when all
   * that is said of it is in audit mode.
   */
  static Optional<DecisionReason> check(Evaluation call) {
    if (!call.isOfTool() || !call.rule().checksArguments()) {
      return Optional.empty();
    }
    if (!(call.lookup() instanceof ToolLookup.Known(ToolDefinition tool))) {
      throw new IllegalStateException("arguments are looked at once the tool is known");
    }
    JsonObject arguments = call.call().arguments();
    boolean isStrict = call.rule().isStrict();
    boolean needsSchema = isStrict && !arguments.members().isEmpty();
    return switch (tool.schema()) {
      case SchemaReading.Usable(ArgumentSchema schema) ->
          schema
              .check(arguments, isStrict)
              .map(violation -> reason(tool.name(), schema, violation));
      case SchemaReading.Unusable(String why) ->
          needsSchema
              ? Optional.of(DecisionText.schemaUnusable(tool.name(), why))
              : Optional.empty();
      case SchemaReading.Absent() ->
          needsSchema ? Optional.of(DecisionText.schemaUnknown(tool.name())) : Optional.empty();
    };
  }

  private static DecisionReason reason(
      String tool, ArgumentSchema schema, SchemaViolation violation) {
    return switch (violation.kind()) {
      case UNDECLARED -> DecisionText.undeclaredArgument(tool, violation.path(), schema.declared());
      case MISSING -> DecisionText.missingArgument(tool, violation);
      case WRONG -> DecisionText.wrongArgument(tool, violation);
    };
  }
}
