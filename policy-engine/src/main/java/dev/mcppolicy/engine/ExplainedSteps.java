// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

import dev.mcppolicy.engine.document.Algorithm;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** What each step of {@link DecisionOrder} looked at, in lines for people. */
final class ExplainedSteps {
  private static final DateTimeFormatter WALL_CLOCK =
      DateTimeFormatter.ofPattern("EEE uuuu-MM-dd HH:mm:ss xxx '['VV']'", Locale.ROOT);

  private ExplainedSteps() {}

  static List<String> tool(Evaluation call) {
    if (!call.isOfTool()) {
      return List.of(
          DecisionText.subject(call.subject()) + " is for the server to know; nothing to look up");
    }
    return List.of(
        switch (call.lookup()) {
          case ToolLookup.Known _ ->
              call.rule().isHidden() ? "hidden by a policy" : "known to the server";
          case ToolLookup.Unknown() -> "not known to the server";
          case ToolLookup.NotLoaded(String why) -> "the tools are not known yet: " + why;
        });
  }

  static List<String> policy(Evaluation call) {
    return List.of(
        call.rule().never().map(DecisionReason::code).orElse(ReasonCode.Allowed)
                == ReasonCode.NoPolicy
            ? "no policy applies to this grant"
            : "a policy applies to this grant");
  }

  static List<String> action(Evaluation call) {
    return List.of(call.rule().never().orElse(call.rule().allowed()).text());
  }

  static List<String> arguments(Evaluation call) {
    if (!call.isOfTool()) {
      return List.of("no schema to hold them against");
    }
    if (!call.rule().checksArguments()) {
      return List.of("not looked at in audit mode");
    }
    return List.of(
        (call.rule().isStrict() ? "every argument must be declared" : "any argument may be given")
            + "; "
            + ArgumentCheck.check(call).map(DecisionReason::text).orElse("they fit"));
  }

  static List<String> denyIf(Evaluation call) {
    return conditions(call, call.rule().denyIf());
  }

  static List<String> require(Evaluation call) {
    return conditions(call, call.rule().require());
  }

  private static List<String> conditions(Evaluation call, BoundCondition[] conditions) {
    return Stream.of(conditions).map(condition -> condition(call, condition)).toList();
  }

  private static String condition(Evaluation call, BoundCondition condition) {
    Truth truth = condition.evaluate(call.values());
    return place(condition.policy(), condition.rule())
        + ConditionText.of(condition.declared())
        + ": "
        + truth.word()
        + (truth == Truth.UNDETERMINED
            ? " (" + condition.whyUndetermined(call.values()) + ")"
            : "");
  }

  static List<String> schedule(Evaluation call) {
    return Stream.of(call.rule().schedules())
        .map(
            schedule -> {
              boolean isOpen = schedule.compiled().isOpen(call.now());
              return place(schedule.policy(), schedule.rule())
                  + (isOpen ? "open" : "closed")
                  + " at "
                  + WALL_CLOCK.format(schedule.compiled().local(call.now()))
                  + (isOpen
                      ? ""
                      : ", opens "
                          + schedule
                              .compiled()
                              .nextOpening(call.now())
                              .map(Instant::toString)
                              .orElse("not within a year"));
            })
        .toList();
  }

  static List<String> limits(Evaluation call) {
    var lines = new ArrayList<String>();
    CompiledLimit[] limits = call.rule().limits();
    for (int i = 0; i < limits.length; i++) {
      CompiledLimit limit = limits[i];
      long cost = limit.cost(call.call().arguments());
      FixedWindow[] counting = call.sheet().counting(i);
      CounterKey counter = call.sheet().counter(i);
      long used = CompiledLimit.used(call.usage(), counter, counting);
      lines.add(
          place(limit.policy(), limit.rule())
              + "counter `"
              + counter.counter()
              + "` ("
              + String.join(", ", counter.scopeValues().stream().map(DecisionText::shown).toList())
              + "): used "
              + used
              + " of "
              + limit.max()
              + ", this call costs "
              + (cost == CompiledLimit.INVALID_COST ? "no valid number" : cost)
              + (limit.declared().algorithm() == Algorithm.SLIDING
                  ? ", sliding over " + counter.window()
                  : ", window until " + counting[0].end())
              + (limit.hasRoom(used, Math.max(0, cost))
                  ? ""
                  : ", room again at "
                      + limit.roomAt(call.usage(), counter, counting, Math.max(0, cost)))
              + (limit.isEnforced() ? "" : ", in audit mode: only counted"));
    }
    return lines;
  }

  static List<String> approval(Evaluation call) {
    return Stream.of(call.rule().approvals())
        .flatMap(
            approval ->
                Stream.concat(
                    Stream.of(
                        place(approval.need().policy(), approval.need().rule())
                            + (approval.isNeeded(call.values()) ? "needed" : "waived")),
                    approval.unless().stream().map(unless -> condition(call, unless))))
        .toList();
  }

  static List<String> allow(Evaluation call) {
    return List.of(
        call.rule().allowed().text(),
        call.rule().limits().length
            + " limits to reserve"
            + (call.rule().mustBeRecorded() ? "; must be recorded first" : ""));
  }

  private static String place(PolicyId policy, String rule) {
    return policy.display() + rule + ": ";
  }
}
