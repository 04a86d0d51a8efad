// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.cli;

import dev.mcppolicy.engine.BoundPolicy;
import dev.mcppolicy.engine.Call;
import dev.mcppolicy.engine.CalledWorkload;
import dev.mcppolicy.engine.Caller;
import dev.mcppolicy.engine.CounterUsage;
import dev.mcppolicy.engine.Grant;
import dev.mcppolicy.engine.PolicySet;
import dev.mcppolicy.engine.ToolCatalogue;
import dev.mcppolicy.engine.document.DocumentText;
import dev.mcppolicy.engine.document.LimitDeclaration;
import dev.mcppolicy.engine.document.PolicyDocument;
import dev.mcppolicy.engine.document.Problem;
import dev.mcppolicy.engine.document.Rule;
import dev.mcppolicy.engine.document.Subject;
import dev.mcppolicy.engine.document.Wording;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonNumber;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.json.JsonValue.JsonString;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A call, and all that its decision depends on.
 *
 * @param at when the call is made
 */
record Question(
    PolicySet policies, Call call, ToolCatalogue tools, Instant at, CounterUsage usage) {

  /** Reads everything that the options name, and says of all of it at once what is wrong. */
  static Question read(CallOptions options, Terminal terminal, InstantSource clock)
      throws BadInputException {
    return new Reader(options, terminal, clock).read();
  }

  /** Collects problems; used once. */
  private static final class Reader {
    private final CallOptions options;
    private final Terminal terminal;
    private final InstantSource clock;
    private final List<String> problems = new ArrayList<>();

    Reader(CallOptions options, Terminal terminal, InstantSource clock) {
      this.options = options;
      this.terminal = terminal;
      this.clock = clock;
    }

    Question read() throws BadInputException {
      if (options.policies.contains("-") && "-".equals(options.call)) {
        problems.add("--call: standard input can be read once only, and --policy reads it");
      }
      List<BoundPolicy> policies = policies();
      Optional<Call> call = call();
      Instant at = at();
      Map<String, Long> state = state(problems.isEmpty() ? counters(policies) : Optional.empty());
      KnownTools tools = tools();
      if (!problems.isEmpty() || call.isEmpty()) {
        throw new BadInputException(problems);
      }
      return new Question(
          PolicySet.compile(policies),
          call.get(),
          tools.catalogue(),
          at,
          (key, window) ->
              window.contains(at) ? state.getOrDefault(key.counter(), 0L) : 0L); // in this window
    }

    private List<BoundPolicy> policies() {
      var found = new ArrayList<SourceEntry.Policy>();
      for (InputFile file : InputFile.read(options.policies, terminal, problems)) {
        for (SourceEntry entry : PolicySource.read(file)) {
          switch (entry) {
            case SourceEntry.Policy policy -> found.add(policy);
            case SourceEntry.Wrong wrong ->
                wrong
                    .problems()
                    .forEach(problem -> problems.add(wrong.file() + ": " + problem.text()));
            case SourceEntry.Skipped _ -> {}
          }
        }
      }
      if (found.isEmpty() && problems.isEmpty()) {
        problems.add("--policy: no policy was found in " + String.join(", ", options.policies));
      }
      return bound(ofOneServer(found));
    }

    private List<SourceEntry.Policy> ofOneServer(List<SourceEntry.Policy> found) {
      var servers = new TreeSet<String>();
      found.forEach(policy -> policy.servers().ifPresent(servers::addAll));
      if (options.server == null) {
        if (servers.size() > 1) {
          problems.add(
              "the policies are for several servers; choose one with --server: "
                  + String.join(", ", servers));
        }
        return found;
      }
      String server = options.server;
      if (!servers.contains(server)) {
        problems.add(
            "--server: no policy is for "
                + Wording.quoted(server)
                + (servers.isEmpty() ? "" : "; there are those for " + String.join(", ", servers)));
      }
      return found.stream()
          .filter(policy -> policy.servers().map(names -> names.contains(server)).orElse(true))
          .toList();
    }

    private List<BoundPolicy> bound(List<SourceEntry.Policy> found) {
      return SourceEntry.Policy.apart(found, problems).stream()
          .map(SourceEntry.Policy::bound)
          .toList();
    }

    private Optional<Call> call() {
      if (options.call == null) {
        throw new IllegalStateException("picocli asks for --call before it calls");
      }
      Optional<JsonObject> object =
          object(options.call, "a call such as {\"name\": \"stop_vllm\"}");
      if (object.isEmpty()) {
        return Optional.empty();
      }
      CallReading reading = CallReading.read(object.get());
      reading.problems().forEach(problem -> problems.add("--call: " + problem));
      Optional<CalledWorkload> workload = workload();
      return reading
          .subject()
          .map(
              subject ->
                  new Call(
                      subject,
                      reading.arguments(),
                      new Caller(new Grant(options.grant, options.labels), ""),
                      workload));
    }

    private Optional<CalledWorkload> workload() {
      if (options.workload == null) {
        return Optional.empty();
      }
      String[] parts = options.workload.split("=", 2);
      if (parts.length == 1) {
        return Optional.of(new CalledWorkload(parts[0], Optional.empty()));
      }
      if (!parts[1].matches("[0-9]{1,9}")) {
        problems.add(
            "--workload: " + Wording.quoted(parts[1]) + " is no number of replicas; use NAME=3");
        return Optional.empty();
      }
      return Optional.of(new CalledWorkload(parts[0], Optional.of(Long.parseLong(parts[1]))));
    }

    private Instant at() {
      if (options.at == null) {
        return clock.instant();
      }
      try {
        OffsetDateTime at = OffsetDateTime.parse(options.at);
        if (at.getYear() >= 1970 && at.getYear() <= 9998) { // as in the tests of a document
          return at.toInstant();
        }
      } catch (DateTimeException notATime) {
        // said below, as of a time that is too far away
      }
      problems.add(
          "--at: "
              + Wording.quoted(options.at)
              + " is not a time; use one such as 2026-01-31T18:00:00Z or 2026-01-31T18:00:00+01:00");
      return Instant.EPOCH;
    }

    /**
     * @param counters of the policies; empty when these are not all known
     */
    private Map<String, Long> state(Optional<Set<String>> counters) {
      var used = new LinkedHashMap<String, Long>();
      if (options.state == null) {
        return used;
      }
      object(options.state, "an object such as {\"stops\": 3}")
          .ifPresent(
              object ->
                  object
                      .members()
                      .forEach((name, value) -> used.put(name, used(name, value, counters))));
      return used;
    }

    private long used(String name, JsonValue value, Optional<Set<String>> counters) {
      if (counters.isPresent() && !counters.get().contains(name)) {
        problems.add(
            "--state: "
                + Wording.quoted(name)
                + " is not a counter of these policies"
                + (counters.get().isEmpty()
                    ? "; they have none"
                    : "; use " + String.join(", ", counters.get())));
      }
      Optional<Long> units =
          value instanceof JsonNumber number ? number.integer() : Optional.empty();
      if (units.isEmpty() || units.get() < 0) {
        problems.add("--state: " + Wording.quoted(name) + " is not an integer of 0 or more");
        return 0;
      }
      return units.get();
    }

    private static Optional<Set<String>> counters(List<BoundPolicy> policies) {
      var names = new TreeSet<String>();
      policies.forEach(policy -> names.addAll(counters(policy.document())));
      return Optional.of(names);
    }

    private static Set<String> counters(PolicyDocument document) {
      var names = new TreeSet<String>();
      document.allToolsLimits().forEach(limit -> names.add(limit.counter()));
      for (Subject.Kind kind : Subject.Kind.values()) {
        for (Rule rule : document.rules(kind).rules().values()) {
          rule.limits().stream().map(LimitDeclaration::counter).forEach(names::add);
          rule.rateLimit().map(LimitDeclaration::counter).ifPresent(names::add);
        }
      }
      return names;
    }

    private KnownTools tools() {
      if (options.tools == null) {
        return KnownTools.catalogued();
      }
      try {
        return KnownTools.read(InputFile.read(options.tools, terminal));
      } catch (BadInputException e) {
        problems.addAll(e.problems());
        return KnownTools.catalogued();
      }
    }

    private Optional<JsonObject> object(String name, String form) {
      InputFile file;
      try {
        file = InputFile.read(name, terminal);
      } catch (BadInputException e) {
        problems.addAll(e.problems());
        return Optional.empty();
      }
      DocumentText read = DocumentText.read(file.text());
      for (Problem problem : read.problems()) {
        problems.add(file.name() + ": " + problem.text());
      }
      if (read.problems().isEmpty() && !(read.value().orElse(null) instanceof JsonObject)) {
        problems.add(file.name() + ": this is not " + form);
      }
      return read.value().filter(JsonObject.class::isInstance).map(JsonObject.class::cast);
    }
  }

  /**
   * A call as a person writes it.
   *
   * @param subject empty when it has none that can be used, with a problem that says so
   */
  private record CallReading(
      Optional<Subject> subject, JsonObject arguments, List<String> problems) {
    private static final Map<String, Subject.Kind> KINDS =
        Map.of(
            "name", Subject.Kind.TOOL,
            "resource", Subject.Kind.RESOURCE,
            "prompt", Subject.Kind.PROMPT);

    static CallReading read(JsonObject call) {
      var problems = new ArrayList<String>();
      Optional<Subject> subject = Optional.empty();
      int subjects = 0;
      JsonObject arguments = JsonObject.EMPTY;
      for (Map.Entry<String, JsonValue> member : call.members().entrySet()) {
        Subject.@Nullable Kind kind = KINDS.get(member.getKey());
        if (kind != null) {
          subjects++;
          if (member.getValue() instanceof JsonString(String name)) {
            subject = Optional.of(new Subject(kind, name));
          } else {
            problems.add(member.getKey() + ": it is not a text");
          }
        } else if (member.getKey().equals("arguments")) {
          if (member.getValue() instanceof JsonObject given) {
            arguments = given;
          } else {
            problems.add("arguments: they are not an object");
          }
        } else {
          problems.add(
              Wording.quoted(member.getKey())
                  + " is not a key of a call; use name and arguments, resource, or prompt");
        }
      }
      if (subjects != 1) {
        problems.add("a call has exactly one of name, resource and prompt");
      }
      return new CallReading(subject, arguments, problems);
    }
  }
}
