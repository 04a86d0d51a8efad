// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.reference;

import dev.mcppolicy.engine.BoundPolicy;
import dev.mcppolicy.engine.Call;
import dev.mcppolicy.engine.CalledWorkload;
import dev.mcppolicy.engine.Caller;
import dev.mcppolicy.engine.Grant;
import dev.mcppolicy.engine.PolicyId;
import dev.mcppolicy.engine.document.Subject;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Situations in which every step of the decision decides in a good share of all. */
final class SituationDice {
  static final List<String> TOOLS = List.of("t0", "t1", "t2", "plain", "bad", "waiting", "gone");
  static final List<String> RESOURCES = List.of("file:///a/b~c", "vllm://logs", "r");
  static final List<String> PROMPTS = List.of("review", "a/b", "~");
  private static final List<String> GRANTS = List.of("g0", "g1", "g2");

  private final Dice dice;
  private final ValueDice values;

  private SituationDice(Dice dice) {
    this.dice = dice;
    this.values = new ValueDice(dice);
  }

  /** The one situation of that seed. */
  static Situation situation(long seed) {
    return new SituationDice(new Dice(seed)).situation();
  }

  private Situation situation() {
    Call call = call();
    Instant now = new TimeDice(dice).instant();
    var documents = new DocumentDice(dice, call, now);
    List<BoundPolicy> policies = new ArrayList<>();
    int count = dice.oneIn(30) ? 0 : dice.of(1, 1, 1, 2, 2, 3, 4);
    for (int i = 0; i < count; i++) {
      // Names and namespaces that would run together if they were joined.
      var id = new PolicyId(dice.of("a", "b", ""), dice.of("p", "q") + i, dice.upTo(9));
      policies.add(new BoundPolicy(id, grants(call), documents.document()));
    }
    return new Situation(policies, call, now, usage());
  }

  private Situation.Usage usage() {
    return new Situation.Usage((int) dice.next(), dice.of(0, 0, 1, 2, 4, 8, 12), dice.oneIn(200));
  }

  private Optional<Set<String>> grants(Call call) {
    if (!dice.oneIn(4)) {
      return Optional.empty();
    }
    Set<String> grants = new HashSet<>(dice.some(GRANTS, 2));
    if (!dice.oneIn(3)) {
      grants.add(call.caller().grant().name());
    }
    return Optional.of(grants);
  }

  private Call call() {
    Subject subject = subject();
    Map<String, String> labels = new LinkedHashMap<>();
    for (String key : dice.some(List.of("team", "env", "example.com/tier"), 2)) {
      labels.put(key, dice.of("ops", "dev", "a", "1"));
    }
    var caller = new Caller(new Grant(dice.pick(GRANTS), labels), dice.of("", "s1", "s2"));
    Optional<CalledWorkload> workload =
        dice.maybe(
            2,
            () ->
                new CalledWorkload(
                    dice.of("w1", "w2", "a"), dice.maybe(2, () -> (long) dice.upTo(4))));
    return new Call(subject, arguments(subject), caller, workload);
  }

  private Subject subject() {
    return switch (dice.upTo(16)) {
      case 0 -> new Subject(Subject.Kind.RESOURCE, resource());
      case 1 -> new Subject(Subject.Kind.PROMPT, dice.oneIn(6) ? "other" : dice.pick(PROMPTS));
      case 2 -> Subject.tool(dice.pick(TOOLS));
      case 3 -> Subject.tool(dice.of("bad", "plain", "waiting", "gone", "t0\n", "T0", ""));
      default -> Subject.tool(dice.of("t0", "t0", "t1", "t2"));
    };
  }

  private String resource() {
    return dice.oneIn(6) ? "file:///other" : dice.pick(RESOURCES);
  }

  private JsonObject arguments(Subject subject) {
    if (subject.kind() == Subject.Kind.RESOURCE) {
      return JsonObject.EMPTY;
    }
    Map<String, JsonValue> arguments = new LinkedHashMap<>();
    TestTools tool = TestTools.find(subject.name()).orElse(TestTools.ALL.getFirst());
    Map<String, String> types =
        tool.types().isEmpty() ? TestTools.ALL.getFirst().types() : tool.types();
    int sparsity = dice.of(1, 2, 2, 3);
    for (String name : dice.some(List.copyOf(types.keySet()), sparsity)) {
      arguments.put(name, values.ofType(dice.oneIn(80) ? "" : types.getOrDefault(name, "")));
    }
    if (dice.oneIn(12)) {
      arguments.put(dice.of("undeclared", "N", "a"), values.any(1));
    }
    for (String name : tool.required()) {
      if (!dice.oneIn(8)) {
        arguments.putIfAbsent(name, values.number());
      }
    }
    return dice.oneIn(10) ? JsonObject.EMPTY : new JsonObject(arguments);
  }
}
