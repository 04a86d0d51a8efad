// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.schema;

import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Keywords that apply schemas to the very value that they stand at. */
final class InPlaceKeywords {
  private InPlaceKeywords() {}

  /** {@code allOf}, and {@code $ref} as one of one schema. */
  record All(List<Subschema> inPlace) implements Keyword {
    All {
      inPlace = List.copyOf(inPlace);
    }

    @Override
    public boolean holds(JsonValue value, Check check) {
      for (int i = 0; i < inPlace.size(); i++) {
        if (!check.holds(inPlace.get(i), value)) {
          return false;
        }
      }
      return true;
    }

    @Override
    public boolean evaluates(String member, JsonObject object, Check check) {
      for (int i = 0; i < inPlace.size(); i++) {
        if (check.evaluates(inPlace.get(i), member, object)) {
          return true;
        }
      }
      return false;
    }

    @Override
    public boolean evaluates(int element, JsonArray array, Check check) {
      for (int i = 0; i < inPlace.size(); i++) {
        if (check.evaluates(inPlace.get(i), element, array)) {
          return true;
        }
      }
      return false;
    }
  }

  /** {@code anyOf}, or {@code oneOf} when no more than one may fit. */
  record Alternatives(List<Subschema> inPlace, boolean isExclusive) implements Keyword {
    Alternatives {
      inPlace = List.copyOf(inPlace);
    }

    @Override
    public boolean holds(JsonValue value, Check check) {
      int fitting = 0;
      for (int i = 0; i < inPlace.size(); i++) {
        if (check.quietly(inPlace.get(i), value)) {
          fitting++;
          if (!isExclusive) {
            return true;
          }
          if (fitting > 1) {
            return check.wrong(
                () -> "fits several of the alternatives of which only one may (`oneOf`)");
          }
        }
      }
      return fitting == 1 || (!check.isQuiet() && noneFits(value, check));
    }

    /** Says what would have fitted, as far as one alternative is meant more than the others. */
    private boolean noneFits(JsonValue value, Check check) {
      Set<String> types = new LinkedHashSet<>();
      List<Subschema> meant = new ArrayList<>();
      for (Subschema alternative : inPlace) {
        List<TypeKeyword> stated =
            alternative.keywords().stream()
                .filter(TypeKeyword.class::isInstance)
                .map(TypeKeyword.class::cast)
                .toList();
        stated.forEach(type -> types.addAll(type.names()));
        if (stated.stream().allMatch(type -> type.admits(value))) {
          meant.add(alternative);
        }
      }
      if (meant.isEmpty() && !types.isEmpty()) {
        return check.wrong(() -> TypeKeyword.text(value, List.copyOf(types)));
      }
      return meant.size() == 1
          ? check.holds(meant.getFirst(), value)
          : check.wrong(
              () -> "fits none of the " + inPlace.size() + " alternatives that its schema allows");
    }

    @Override
    public boolean evaluates(String member, JsonObject object, Check check) {
      for (int i = 0; i < inPlace.size(); i++) {
        if (check.quietly(inPlace.get(i), object)
            && check.evaluates(inPlace.get(i), member, object)) {
          return true;
        }
      }
      return false;
    }

    @Override
    public boolean evaluates(int element, JsonArray array, Check check) {
      for (int i = 0; i < inPlace.size(); i++) {
        if (check.quietly(inPlace.get(i), array)
            && check.evaluates(inPlace.get(i), element, array)) {
          return true;
        }
      }
      return false;
    }
  }

  record Not(Subschema schema) implements Keyword {
    @Override
    public boolean holds(JsonValue value, Check check) {
      return !check.quietly(schema, value)
          || check.wrong(() -> "is one that its schema rules out (`not`)");
    }

    @Override
    public List<Subschema> inPlace() {
      return List.of(schema);
    }
  }

  /** {@code if} with {@code then} and {@code else}, which fit anything where they are absent. */
  record Conditional(Subschema condition, Subschema then, Subschema otherwise) implements Keyword {
    @Override
    public boolean holds(JsonValue value, Check check) {
      return check.holds(check.quietly(condition, value) ? then : otherwise, value);
    }

    @Override
    public List<Subschema> inPlace() {
      return List.of(condition, then, otherwise);
    }

    @Override
    public boolean evaluates(String member, JsonObject object, Check check) {
      return check.quietly(condition, object)
          ? check.evaluates(condition, member, object) || check.evaluates(then, member, object)
          : check.evaluates(otherwise, member, object);
    }

    @Override
    public boolean evaluates(int element, JsonArray array, Check check) {
      return check.quietly(condition, array)
          ? check.evaluates(condition, element, array) || check.evaluates(then, element, array)
          : check.evaluates(otherwise, element, array);
    }
  }

  /** {@code dependentSchemas}: a schema for objects that have a member {@code name}. */
  record AppliesWith(String name, Subschema schema) implements Keyword {
    @Override
    public boolean holds(JsonValue value, Check check) {
      return !(value instanceof JsonObject object)
          || !object.has(name)
          || check.holds(schema, value);
    }

    @Override
    public List<Subschema> inPlace() {
      return List.of(schema);
    }

    @Override
    public boolean evaluates(String member, JsonObject object, Check check) {
      return object.has(name) && check.evaluates(schema, member, object);
    }
  }
}
