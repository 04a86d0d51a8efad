// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.cli;

import dev.mcppolicy.engine.PolicyId;
import dev.mcppolicy.engine.document.DocumentLines;
import dev.mcppolicy.engine.document.Place;
import dev.mcppolicy.engine.document.PolicyReader;
import dev.mcppolicy.engine.document.PolicyReading;
import dev.mcppolicy.engine.document.Problem;
import dev.mcppolicy.engine.document.Wording;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonNumber;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * An McpPolicy as a manifest: references, and a policy document in its spec, read by the engine's
 * own reader.
 */
final class Manifest {
  static final String KIND = "McpPolicy";

  /** Kinds of the same group that hold no policy. */
  static final Set<String> OTHER_KINDS = Set.of("McpServer", "McpGrant");

  private static final String GROUP = "mcppolicy.dev/";
  private static final String VERSION = GROUP + "v1alpha1";

  /** Keys of the spec that are not the document's. */
  private static final Set<String> REFERENCES = Set.of("servers", "grants");

  private final JsonObject object;
  private final List<Problem> problems;

  private Manifest(JsonObject object, List<Problem> problems) {
    this.object = object;
    this.problems = problems;
  }

  /** Whether this is a manifest of any kind, rather than a policy document. */
  static boolean is(JsonObject object) {
    return object.has("kind") || object.has("apiVersion");
  }

  static boolean isPolicy(JsonObject object) {
    return object.string("kind").filter(KIND::equals).isPresent()
        && apiVersion(object).equals(VERSION);
  }

  /**
   * What is wrong with the type of a manifest that is probably meant to be a policy, or to stand
   * beside one; empty for manifests of others.
   */
  static Optional<Problem> mistaken(JsonObject object) {
    String kind = object.string("kind").orElse("");
    if (kind.equals(KIND)) {
      return apiVersion(object).equals(VERSION)
          ? Optional.empty()
          : Optional.of(
              new Problem(
                  "apiVersion",
                  Wording.quoted(apiVersion(object))
                      + " is not the version of an McpPolicy; use `"
                      + VERSION
                      + "`"));
    }
    boolean isList = kind.endsWith("List");
    String ofOne = isList ? kind.substring(0, kind.length() - "List".length()) : kind;
    if (!apiVersion(object).startsWith(GROUP)
        || ofOne.equals(KIND)
        || OTHER_KINDS.contains(ofOne)) {
      return Optional.empty();
    }
    List<String> kinds = List.of(KIND, "McpServer", "McpGrant");
    return Optional.of(
        new Problem(
            "kind",
            Wording.quoted(kind)
                + " is not a kind of mcppolicy.dev; use "
                + String.join(", ", kinds)
                + Wording.didYouMean(kind, kinds)));
  }

  private static String apiVersion(JsonObject object) {
    return object.string("apiVersion").orElse("");
  }

  /**
   * Reads an object of which {@link #isPolicy} says yes.
   *
   * @param place of the object in its file; empty unless it stands in a list
   * @param known what is wrong with the text already; nothing more is said of those places
   */
  static SourceEntry read(
      String file, JsonObject object, String place, List<Problem> known, DocumentLines lines) {
    var problems = new ArrayList<Problem>();
    var manifest = new Manifest(object, problems);
    String name = manifest.name();
    Optional<Set<String>> servers = manifest.references("servers", true);
    Optional<Set<String>> grants = manifest.references("grants", false);
    Optional<PolicyReading.Valid> document = manifest.document();
    List<Problem> all = new ArrayList<>(known);
    Set<String> places = new LinkedHashSet<>();
    known.forEach(problem -> places.add(problem.path()));
    for (Problem problem : problems) {
      String at = join(place, problem.path());
      if (!places.contains(at)) {
        all.add(new Problem(at, problem.message()));
      }
    }
    if (!all.isEmpty() || document.isEmpty()) {
      return new SourceEntry.Wrong(file, lines, all);
    }
    Optional<JsonObject> metadata = object.object("metadata");
    var id =
        new PolicyId(
            metadata.flatMap(found -> found.string("namespace")).orElse(""),
            name,
            metadata
                .flatMap(found -> found.get("generation"))
                .flatMap(Manifest::integer)
                .orElse(1L));
    return new SourceEntry.Policy(
        file, lines, id, join(place, "spec"), servers, grants, document.get().document());
  }

  private String name() {
    Optional<String> name = object.object("metadata").flatMap(found -> found.string("name"));
    if (name.isEmpty() || name.get().isEmpty()) {
      problems.add(new Problem("metadata.name", "it is missing; an McpPolicy has a name"));
    }
    return name.orElse("");
  }

  private Optional<Set<String>> references(String key, boolean required) {
    Optional<JsonObject> spec = object.object("spec");
    Optional<JsonValue> found = spec.flatMap(of -> of.get(key));
    String place = "spec." + key;
    String form = "a list such as [{name: vllm}]";
    if (found.isEmpty()) {
      if (required && spec.isPresent()) {
        problems.add(new Problem(place, "it is missing; use " + form));
      }
      return Optional.empty();
    }
    if (!(found.get() instanceof JsonArray(List<JsonValue> elements)) || elements.isEmpty()) {
      problems.add(new Problem(place, "use " + form));
      return Optional.empty();
    }
    var names = new LinkedHashSet<String>();
    for (int i = 0; i < elements.size(); i++) {
      String at = place + "[" + i + "]";
      if (!(elements.get(i) instanceof JsonObject reference)) {
        problems.add(new Problem(at, "use an object such as {name: vllm}"));
        continue;
      }
      Optional<String> name = reference.string("name").filter(text -> !text.isEmpty());
      if (name.isEmpty()) {
        problems.add(new Problem(at + ".name", "it is missing; use the name of one, such as vllm"));
      }
      name.ifPresent(names::add);
      for (String other : reference.members().keySet()) {
        if (!other.equals("name")) {
          problems.add(
              new Problem(at, Wording.quoted(other) + " is not a key of a reference; use name"));
        }
      }
    }
    return Optional.of(names);
  }

  private Optional<PolicyReading.Valid> document() {
    Optional<JsonObject> spec = object.object("spec");
    if (spec.isEmpty()) {
      problems.add(
          new Problem("spec", "it is missing; it has `servers` and, beside it, the policy"));
      return Optional.empty();
    }
    new KeptNumbers(problems).check(spec.get(), Place.DOCUMENT.member("spec"));
    return switch (PolicyReader.read(spec.get(), REFERENCES)) {
      case PolicyReading.Valid valid -> Optional.of(valid);
      case PolicyReading.Invalid(List<Problem> found) -> {
        found.forEach(
            problem -> problems.add(new Problem(join("spec", problem.path()), problem.message())));
        yield Optional.empty();
      }
    };
  }

  private static Optional<Long> integer(JsonValue value) {
    return value instanceof JsonNumber number ? number.integer() : Optional.empty();
  }

  /** A place below another one. */
  static String join(String place, String path) {
    if (place.isEmpty() || path.isEmpty()) {
      return place + path;
    }
    return path.startsWith("[") ? place + path : place + "." + path;
  }
}
