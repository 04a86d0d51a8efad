// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.document;

import dev.mcppolicy.engine.document.PolicyTest.Expectation;
import dev.mcppolicy.engine.document.PolicyTest.TestWorkload;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.json.JsonValue.JsonString;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Reads the tests of a document.
 *
 * @param counters every counter that the document names
 */
record PolicyTestReader(Problems problems, Set<String> counters) {
  private static final List<String> KEYS =
      List.of("name", "call", "grant", "at", "state", "workload", "expect");
  private static final String CALL_USE =
      "an object such as {\"name\": \"stop_vllm\", \"arguments\": {}}, {\"resource\": \"URI\"} or"
          + " {\"prompt\": \"NAME\"}";

  /** Counters that are looked through for a name that is near. */
  private static final int SUGGESTED_FROM_MAX = 200;

  private static final Pattern LABEL_KEY = Pattern.compile("[A-Za-z0-9/._-]{1,317}");

  List<PolicyTest> tests(JsonValue value, Place place) {
    return values()
        .list(value, place, Optional.of("tests"), "tests", PolicyTest.TESTS_MAX, this::test);
  }

  private Optional<PolicyTest> test(JsonValue value, Place place) {
    return values()
        .object(
            value,
            place,
            "an object such as {\"call\": {\"name\": \"stop_vllm\"}, \"expect\": \"deny\"}")
        .flatMap(object -> test(object, place));
  }

  private Optional<PolicyTest> test(JsonObject object, Place place) {
    var fields = new Fields(place, object, KEYS, problems);
    fields.reportUnknownKeys("a test");
    Optional<String> name = fields.read("name", this::line);
    Optional<TestCall> call = fields.required("call", CALL_USE, this::call);
    TestGrant grant = fields.read("grant", this::grant).orElse(TestGrant.DEFAULT);
    Instant at = fields.read("at", this::instant).orElse(PolicyTest.DEFAULT_AT);
    Map<String, Long> state = fields.read("state", this::state).orElse(Map.of());
    Optional<TestWorkload> workload = fields.read("workload", this::workload);
    Optional<Expectation> expect =
        fields.required(
            "expect", Wording.oneOf(PolicyTest.DECISIONS), new ExpectationReader(problems)::read);
    return call.flatMap(
        c ->
            expect.map(
                e ->
                    new PolicyTest(
                        name,
                        c.subject(),
                        c.arguments(),
                        grant.name(),
                        grant.labels(),
                        at,
                        state,
                        workload,
                        e)));
  }

  private record TestCall(Subject subject, JsonObject arguments) {}

  private Optional<TestCall> call(JsonValue value, Place place) {
    return values().object(value, place, CALL_USE).flatMap(object -> call(object, place));
  }

  private Optional<TestCall> call(JsonObject object, Place place) {
    var fields =
        new Fields(place, object, List.of("name", "resource", "prompt", "arguments"), problems);
    fields.reportUnknownKeys("a call");
    List<String> kinds =
        List.of("name", "resource", "prompt").stream().filter(fields::has).toList();
    if (kinds.size() != 1) {
      problems.add(
          place,
          kinds.isEmpty()
              ? "names nothing; use name for a tool, or resource or prompt"
              : "found `" + kinds.get(0) + "` beside `" + kinds.get(1) + "`; use one of them");
      return Optional.empty();
    }
    Subject.Kind kind =
        switch (kinds.getFirst()) {
          case "name" -> Subject.Kind.TOOL;
          case "resource" -> Subject.Kind.RESOURCE;
          default -> Subject.Kind.PROMPT;
        };
    if (kind == Subject.Kind.RESOURCE && fields.has("arguments")) {
      problems.add(
          fields.at("arguments"), "a resource is read without arguments; remove `arguments`");
    }
    JsonObject arguments =
        fields
            .read(
                "arguments",
                (value, at) -> values().object(value, at, "an object with the arguments by name"))
            .orElse(JsonObject.EMPTY);
    return fields
        .read(kinds.getFirst(), (value, at) -> subject(kind, value, at))
        .map(subject -> new TestCall(subject, arguments));
  }

  private Optional<Subject> subject(Subject.Kind kind, JsonValue value, Place place) {
    if (!(value instanceof JsonString(String name))) {
      problems.add(place, "found " + Wording.found(value) + "; use a text");
      return Optional.empty();
    }
    var subject = new Subject(kind, name);
    return new SubjectNames(problems).check(subject, place)
        ? Optional.of(subject)
        : Optional.empty();
  }

  private record TestGrant(String name, Map<String, String> labels) {
    static final TestGrant DEFAULT = new TestGrant(PolicyTest.DEFAULT_GRANT, Map.of());
  }

  private Optional<TestGrant> grant(JsonValue value, Place place) {
    if (value instanceof JsonString) {
      return line(value, place).map(name -> new TestGrant(name, Map.of()));
    }
    return values()
        .object(value, place, "the name of a grant, or an object with name and labels")
        .map(
            object -> {
              var fields = new Fields(place, object, List.of("name", "labels"), problems);
              fields.reportUnknownKeys("a grant");
              return new TestGrant(
                  fields.read("name", this::line).orElse(PolicyTest.DEFAULT_GRANT),
                  fields.read("labels", this::labels).orElse(Map.of()));
            });
  }

  private Optional<Map<String, String>> labels(JsonValue value, Place place) {
    return entries(value, place, "labels")
        .map(
            entries -> {
              var labels = new LinkedHashMap<String, String>();
              entries.forEach(
                  (key, label) -> {
                    Place at = place.member(key);
                    if (!LABEL_KEY.matcher(key).matches()) {
                      problems.add(
                          at,
                          Wording.quoted(key)
                              + " is not the key of a label; use up to 317 of A-Z a-z 0-9 / . _ -");
                    }
                    if (label instanceof JsonString(String text)
                        && text.length() <= PolicyTest.LABEL_CHARS_MAX) {
                      labels.put(key, text);
                    } else {
                      problems.add(
                          at,
                          "found "
                              + Wording.found(label)
                              + "; use a text of up to "
                              + PolicyTest.LABEL_CHARS_MAX
                              + " characters");
                    }
                  });
              return labels;
            });
  }

  private Optional<Map<String, Long>> state(JsonValue value, Place place) {
    return entries(value, place, "counters")
        .map(
            entries -> {
              var state = new LinkedHashMap<String, Long>();
              entries.forEach(
                  (counter, used) -> {
                    Place at = place.member(counter);
                    if (!counters.contains(counter)) {
                      problems.add(
                          at,
                          "no limit of this policy has the counter "
                              + Wording.quoted(counter)
                              + counterHint(counter));
                    }
                    values()
                        .whole(used, at, "a number of units used", 0, PolicyReader.MAX_MAX)
                        .ifPresent(units -> state.put(counter, units));
                  });
              return state;
            });
  }

  private String counterHint(String counter) {
    if (problems.isFull()) {
      return "";
    }
    // a counter may be named after a tool whose name is a mistake itself
    List<String> shown =
        counters.stream()
            .limit(SUGGESTED_FROM_MAX)
            .filter(name -> Wording.escaped(name).equals(name))
            .toList();
    String use =
        shown.isEmpty() || shown.size() < counters.size() || counters.size() > 8
            ? ""
            : "; use " + String.join(", ", shown);
    return use + Wording.didYouMean(counter, shown);
  }

  private Optional<Map<String, JsonValue>> entries(JsonValue value, Place place, String what) {
    return values()
        .object(value, place, "an object with " + what + " by name")
        .map(JsonObject::members)
        .filter(
            members -> {
              boolean fits = members.size() <= PolicyTest.ENTRIES_MAX;
              if (!fits) {
                problems.add(
                    place,
                    "there are "
                        + members.size()
                        + " "
                        + what
                        + ", the most allowed is "
                        + PolicyTest.ENTRIES_MAX);
              }
              return fits;
            });
  }

  private Optional<TestWorkload> workload(JsonValue value, Place place) {
    return values()
        .object(value, place, "an object with name and replicas")
        .flatMap(
            object -> {
              var fields = new Fields(place, object, List.of("name", "replicas"), problems);
              fields.reportUnknownKeys("a workload");
              Optional<Long> replicas =
                  fields.read(
                      "replicas",
                      (found, at) ->
                          values()
                              .whole(found, at, "a number of replicas", 0, PolicyReader.MAX_MAX));
              return fields
                  .required("name", "the name of the workload", this::line)
                  .map(name -> new TestWorkload(name, replicas));
            });
  }

  private Optional<Instant> instant(JsonValue value, Place place) {
    if (value instanceof JsonString(String text) && text.length() <= Wording.SHOWN_MAX) {
      try {
        OffsetDateTime time = OffsetDateTime.parse(text);
        if (time.getYear() >= 1970 && time.getYear() <= 9998) {
          return Optional.of(time.toInstant());
        }
      } catch (DateTimeException notATime) {
        // said below, as of anything else that is not a time
      }
    }
    String hint =
        value instanceof JsonString(String text)
                && text.matches("[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}(:[0-9]{2})?)?")
            ? " (did you mean `" + text + (text.contains("T") ? "Z" : "T00:00:00Z") + "`?)"
            : "";
    problems.add(
        place,
        Values.notA(value, "a time")
            + "; use one with its offset, such as \"2026-01-01T09:30:00Z\" or"
            + " \"2026-01-01T10:30:00+01:00\""
            + hint);
    return Optional.empty();
  }

  private Optional<String> line(JsonValue value, Place place) {
    return values().line(value, place, PolicyTest.NAME_CHARS_MAX);
  }

  private Values values() {
    return new Values(problems);
  }
}
