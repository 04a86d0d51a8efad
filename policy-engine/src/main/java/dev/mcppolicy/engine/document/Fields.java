// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.document;

import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * The members of one object of a document, by their published names. Each may be written as
 * published, {@code rate_limit}, or as Kubernetes users write it, {@code rateLimit}.
 *
 * @param allowed names that this version understands here, in the order in which messages list them
 */
record Fields(Place place, JsonObject object, List<String> allowed, Problems problems) {

  /**
   * Reports every key that is not understood.
   *
   * @param kind what this object is, for messages: {@code a rule}
   */
  void reportUnknownKeys(String kind) {
    reportUnknownKeys(kind, Set.of());
  }

  /**
   * Reports every key that is not understood.
   *
   * @param besides keys of the surrounding resource, which are not ours to read
   */
  void reportUnknownKeys(String kind, Set<String> besides) {
    for (String key : object.members().keySet()) {
      if (besides.contains(key) || isAllowed(key)) {
        continue;
      }
      var use = new ArrayList<>(allowed);
      use.addAll(besides.stream().sorted().toList());
      problems.add(
          place.member(key),
          Wording.quoted(key)
              + " is not a key of "
              + kind
              + "; use "
              + String.join(", ", use)
              + (problems.isFull() ? "" : Wording.didYouMean(key, use)));
    }
  }

  /** The member of that published name; both spellings at once are a problem. */
  Optional<JsonValue> get(String name) {
    Optional<JsonValue> published = object.get(name);
    String camel = camelCase(name);
    if (camel.equals(name)) {
      return published;
    }
    Optional<JsonValue> camelValue = object.get(camel);
    if (published.isPresent() && camelValue.isPresent()) {
      problems.add(
          place.member(camel), "`" + name + "` and `" + camel + "` are the same key; write one");
    }
    return published.or(() -> camelValue);
  }

  /** What the reader makes of that member; empty when it is absent or cannot be read. */
  <T> Optional<T> read(String name, BiFunction<JsonValue, Place, Optional<T>> reader) {
    return get(name).flatMap(value -> reader.apply(value, at(name)));
  }

  /** The same of a member whose absence is a problem. */
  <T> Optional<T> required(
      String name, String use, BiFunction<JsonValue, Place, Optional<T>> reader) {
    if (!has(name)) {
      problems.add(place.member(name), "is missing; use " + use);
    }
    return read(name, reader);
  }

  /** The place of that member as it is written here. */
  Place at(String name) {
    return place.member(written(name));
  }

  /** The name in the spelling that stands here. */
  String written(String name) {
    return !object.has(name) && object.has(camelCase(name)) ? camelCase(name) : name;
  }

  boolean has(String name) {
    return object.has(name) || object.has(camelCase(name));
  }

  private boolean isAllowed(String key) {
    return allowed.stream().anyMatch(name -> name.equals(key) || camelCase(name).equals(key));
  }

  private static String camelCase(String name) {
    int underscore = name.indexOf('_');
    if (underscore < 0) {
      return name;
    }
    String rest = name.substring(underscore + 1);
    return camelCase(
        name.substring(0, underscore)
            + rest.substring(0, 1).toUpperCase(Locale.ROOT)
            + rest.substring(1));
  }
}
