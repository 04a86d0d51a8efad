// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.schema;

import dev.mcppolicy.engine.document.Wording;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.json.JsonValue.JsonString;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keywords on objects. Of several members that do not fit, the first in the order of the schema is
 * reported, or of those that it does not name the one whose name sorts first: never one by the
 * order in which the caller wrote them.
 */
final class ObjectKeywords {
  private ObjectKeywords() {}

  /** For members whose name matches. */
  record Matching(TextPattern name, Subschema schema) {}

  /** {@code properties}, {@code patternProperties} and {@code additionalProperties}. */
  static final class Members implements Keyword {
    private final Map<String, Subschema> byName;
    private final String[] names;
    private final Subschema[] schemas;
    private final List<Matching> patterns;
    private final Subschema additional;
    private final boolean hasAdditional;

    /**
     * @param hasAdditional whether the schema says something of members that are neither named nor
     *     matched
     */
    Members(
        Map<String, Subschema> byName,
        List<Matching> patterns,
        Subschema additional,
        boolean hasAdditional) {
      this.byName = Collections.unmodifiableMap(new LinkedHashMap<>(byName));
      this.names = this.byName.keySet().toArray(String[]::new);
      this.schemas = this.byName.values().toArray(Subschema[]::new);
      this.patterns = List.copyOf(patterns);
      this.additional = additional;
      this.hasAdditional = hasAdditional;
    }

    Map<String, Subschema> byName() {
      return byName;
    }

    List<Matching> patterns() {
      return patterns;
    }

    /** For members that are neither named nor matched. */
    Subschema additional() {
      return additional;
    }

    /** Whether the schema says something of members that are neither named nor matched. */
    boolean saysOfOthers() {
      return hasAdditional;
    }

    @Override
    public boolean holds(JsonValue value, Check check) {
      if (!(value instanceof JsonObject(Map<String, JsonValue> members))) {
        return true;
      }
      check.steps(names.length);
      int found = 0;
      for (int i = 0; i < names.length; i++) {
        JsonValue member = members.get(names[i]);
        if (member != null) {
          found++;
          if (!check.member(names[i], schemas[i], member)) {
            return false;
          }
        }
      }
      boolean isEachNamed = found == members.size() || additional == Subschema.ANYTHING;
      return (isEachNamed && patterns.isEmpty()) || othersHold(members, check);
    }

    private boolean othersHold(Map<String, JsonValue> members, Check check) {
      String first = null;
      for (Map.Entry<String, JsonValue> member : members.entrySet()) {
        String name = member.getKey();
        check.steps(1);
        if (!otherHolds(name, member.getValue(), check)) {
          if (check.isQuiet()) {
            return false;
          }
          first = least(first, name);
        }
      }
      return first == null || report(first, members.get(first), check);
    }

    private boolean otherHolds(String name, JsonValue value, Check check) {
      boolean isDeclared = byName.containsKey(name);
      for (int i = 0; i < patterns.size(); i++) {
        Matching pattern = patterns.get(i);
        if (pattern.name().isFoundIn(name, check)) {
          isDeclared = true;
          if (!check.quietly(pattern.schema(), value)) {
            return false;
          }
        }
      }
      return isDeclared || check.quietly(additional, value);
    }

    /** Walks the member again, now for what is wrong with it. */
    private boolean report(String name, @Nullable JsonValue value, Check check) {
      if (value == null) {
        return true;
      }
      for (Matching pattern : patterns) {
        if (pattern.name().isFoundIn(name, check) && !check.member(name, pattern.schema(), value)) {
          return false;
        }
      }
      return additional == Subschema.NOTHING
          ? check.undeclared(name)
          : check.member(name, additional, value);
    }

    @Override
    public boolean evaluates(String member, JsonObject object, Check check) {
      check.steps(1);
      if (byName.containsKey(member) || (hasAdditional && !check.isForNamesOnly())) {
        return true;
      }
      for (int i = 0; i < patterns.size(); i++) {
        if (patterns.get(i).name().isFoundIn(member, check)) {
          return true;
        }
      }
      return false;
    }
  }

  record Required(List<String> names) implements Keyword {
    Required {
      names = List.copyOf(names);
    }

    @Override
    public boolean holds(JsonValue value, Check check) {
      if (!(value instanceof JsonObject object)) {
        return true;
      }
      check.steps(names.size());
      for (int i = 0; i < names.size(); i++) {
        if (!object.has(names.get(i))) {
          return check.missing(names.get(i), () -> SchemaViolation.REQUIRED);
        }
      }
      return true;
    }
  }

  /** {@code dependentRequired}: what must be there once {@code name} is. */
  record RequiredWith(String name, List<String> needed) implements Keyword {
    RequiredWith {
      needed = List.copyOf(needed);
    }

    @Override
    public boolean holds(JsonValue value, Check check) {
      if (!(value instanceof JsonObject object) || !object.has(name)) {
        return true;
      }
      check.steps(needed.size());
      for (int i = 0; i < needed.size(); i++) {
        if (!object.has(needed.get(i))) {
          return check.missing(
              needed.get(i), () -> "is required together with " + Wording.quoted(name));
        }
      }
      return true;
    }
  }

  record PropertyNames(Subschema schema) implements Keyword {
    @Override
    public boolean holds(JsonValue value, Check check) {
      if (!(value instanceof JsonObject(Map<String, JsonValue> members))) {
        return true;
      }
      String first = null;
      for (String name : members.keySet()) {
        if (!check.quietly(schema, new JsonString(name))) {
          if (check.isQuiet()) {
            return false;
          }
          first = least(first, name);
        }
      }
      if (first == null) {
        return true;
      }
      String wrong = first;
      return check.wrong(
          () -> "has a member " + Wording.quoted(wrong) + ", a name that its schema rules out");
    }
  }

  /**
   * {@code unevaluatedProperties}.
   *
   * @param beside the other keywords of the same schema
   */
  record UnevaluatedMembers(List<Keyword> beside, Subschema schema) implements Keyword {
    UnevaluatedMembers {
      beside = List.copyOf(beside);
    }

    @Override
    public boolean holds(JsonValue value, Check check) {
      if (!(value instanceof JsonObject object)) {
        return true;
      }
      String first = null;
      for (Map.Entry<String, JsonValue> member : object.members().entrySet()) {
        String name = member.getKey();
        if (!check.evaluates(beside, name, object) && !check.quietly(schema, member.getValue())) {
          if (check.isQuiet()) {
            return false;
          }
          first = least(first, name);
        }
      }
      return first == null || report(first, object.members().get(first), check);
    }

    private boolean report(String name, @Nullable JsonValue value, Check check) {
      if (value == null) {
        return true;
      }
      return schema == Subschema.NOTHING
          ? check.undeclared(name)
          : check.member(name, schema, value);
    }

    @Override
    public boolean evaluates(String member, JsonObject object, Check check) {
      return !check.isForNamesOnly();
    }
  }

  private static String least(@Nullable String first, String name) {
    return first == null || name.compareTo(first) < 0 ? name : first;
  }
}
