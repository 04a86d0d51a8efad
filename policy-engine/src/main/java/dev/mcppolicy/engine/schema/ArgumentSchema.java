// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.schema;

import dev.mcppolicy.engine.schema.ObjectKeywords.Matching;
import dev.mcppolicy.engine.schema.ObjectKeywords.Members;
import dev.mcppolicy.engine.schema.SchemaViolation.Kind;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The JSON Schema of a tool's arguments, compiled. Immutable; for any thread.
 *
 * <p>Understood are the drafts 04, 06, 07, 2019-09 and 2020-12 without {@code $dynamicRef}, {@code
 * $recursiveRef}, {@code $vocabulary}, references to other documents, schemas with a name of their
 * own inside the schema, and patterns that no linear-time engine can match; {@code format} and the
 * {@code content} keywords are annotations. Numbers are compared as decimals, texts measured in
 * code points.
 */
public final class ArgumentSchema {
  private final Subschema root;
  private final List<String> declared;
  private final Set<String> isDeclared;
  private final List<TextPattern> declaredPatterns;

  /** Whether some arguments are declared only for calls that fit one of several alternatives. */
  private final boolean hasAlternatives;

  private ArgumentSchema(Subschema root) {
    this.root = root;
    Set<String> names = new LinkedHashSet<>();
    var patterns = new ArrayList<TextPattern>();
    boolean alternatives = false;
    for (Subschema schema : SchemaPaths.appliedInPlace(List.of(root))) {
      for (Keyword keyword : schema.keywords()) {
        switch (keyword) {
          case Members members -> {
            names.addAll(members.byName().keySet());
            members.patterns().stream().map(Matching::name).forEach(patterns::add);
          }
          case InPlaceKeywords.Alternatives _,
              InPlaceKeywords.Conditional _,
              InPlaceKeywords.AppliesWith _ ->
              alternatives = true;
          default -> {}
        }
      }
    }
    this.declared = List.copyOf(names);
    this.isDeclared = Set.copyOf(names);
    this.declaredPatterns = List.copyOf(patterns);
    this.hasAlternatives = alternatives;
  }

  /** Compiles the value of a tool's {@code inputSchema}; never throws. */
  public static SchemaReading read(JsonObject schema) {
    try {
      return new SchemaReading.Usable(new ArgumentSchema(SchemaCompiler.compile(schema)));
    } catch (UnusableSchemaException unusable) {
      return new SchemaReading.Unusable(unusable.why());
    } catch (Check.TooMuch tooMuch) {
      return new SchemaReading.Unusable("it has a number that is out of all range");
    }
  }

  /**
   * The names of the arguments that it declares, in the order of the schema; more may be declared
   * by patterns.
   */
  public List<String> declared() {
    return declared;
  }

  /**
   * Whether the schema has a place for a value at that path, for those who write policies: false
   * when an object on the way names its members and not this one, or a value on the way can have no
   * parts. True when it cannot be told.
   *
   * @param tokens names of members and indices of elements, not empty
   */
  public boolean mayHave(List<String> tokens) {
    return SchemaPaths.mayHave(root, tokens);
  }

  /**
   * The first thing wrong with the arguments, empty when they fit; never throws, and ends within a
   * number of steps. Which one is first does not depend on the order of the arguments: an
   * undeclared one, then the order of the schema.
   *
   * @param strict whether an argument that the schema does not name is wrong whatever {@code
   *     additionalProperties} says: a server may honour arguments that it does not declare
   */
  public Optional<SchemaViolation> check(JsonObject arguments, boolean strict) {
    return check(arguments, strict, new Check(Check.STEPS_MAX));
  }

  Optional<SchemaViolation> check(JsonObject arguments, boolean strict, Check check) {
    try {
      if (strict) {
        Optional<SchemaViolation> undeclared = undeclared(arguments.members(), check);
        if (undeclared.isPresent()) {
          return undeclared;
        }
      }
      if (!check.holds(root, arguments)) {
        return Optional.of(check.violation());
      }
      return strict && hasAlternatives ? notMeant(arguments, check) : Optional.empty();
    } catch (Check.TooMuch tooMuch) {
      return Optional.of(
          new SchemaViolation(Kind.WRONG, "", "is too large to be checked against its schema"));
    }
  }

  private Optional<SchemaViolation> undeclared(Map<String, JsonValue> arguments, Check check) {
    check.steps(arguments.size());
    boolean isEachDeclared = true;
    for (String name : arguments.keySet()) {
      isEachDeclared &= isDeclared.contains(name);
    }
    if (isEachDeclared) {
      return Optional.empty();
    }
    return arguments.keySet().stream()
        .filter(name -> !isDeclared.contains(name))
        .filter(name -> declaredPatterns.stream().noneMatch(any -> any.isFoundIn(name, check)))
        .min(String::compareTo)
        .map(name -> new SchemaViolation(Kind.UNDECLARED, name, "is not declared"));
  }

  /** An argument that only such alternatives declare as these arguments do not fit. */
  private Optional<SchemaViolation> notMeant(JsonObject arguments, Check check) {
    return arguments.members().keySet().stream()
        .filter(name -> !check.names(root, name, arguments))
        .min(String::compareTo)
        .map(
            name ->
                new SchemaViolation(
                    Kind.WRONG,
                    name,
                    "is declared only for calls with other arguments than these"));
  }
}
