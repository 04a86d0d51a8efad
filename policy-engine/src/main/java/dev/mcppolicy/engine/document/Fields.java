// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.document;

import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

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
   * @param planned names that the language has and this version does not
   * @param besides keys of the surrounding resource, which are not ours to read
   */
  void reportUnknownKeys(String kind, Set<String> planned, Set<String> besides) {
    for (String key : object.members().keySet()) {
      if (besides.contains(key) || known(allowed, key)) {
        continue;
      }
      var use = new java.util.ArrayList<>(allowed);
      use.addAll(besides.stream().sorted().toList());
      String allowedHere = "; use " + String.join(", ", use);
      if (known(planned, key)) {
        problems.add(
            place.member(key), "`" + key + "` is not supported by this version" + allowedHere);
      } else {
        problems.add(
            place.member(key),
            Wording.quoted(key)
                + " is not a key of "
                + kind
                + allowedHere
                + Wording.didYouMean(key, use));
      }
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

  /** The place of that member as it is written here. */
  Place at(String name) {
    return place.member(
        object.has(name) ? name : object.has(camelCase(name)) ? camelCase(name) : name);
  }

  /** The member, whose absence is a problem. */
  Optional<JsonValue> required(String name, String use) {
    Optional<JsonValue> value = get(name);
    if (value.isEmpty()) {
      problems.add(place.member(name), "is missing; use " + use);
    }
    return value;
  }

  private static boolean known(Iterable<String> names, String key) {
    for (String name : names) {
      if (name.equals(key) || camelCase(name).equals(key)) {
        return true;
      }
    }
    return false;
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
