// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

import dev.mcppolicy.engine.document.Cost;
import dev.mcppolicy.engine.document.PolicyReader;
import dev.mcppolicy.engine.document.Scope;
import dev.mcppolicy.engine.document.Subject;
import dev.mcppolicy.engine.document.Window;
import dev.mcppolicy.engine.document.Wording;
import dev.mcppolicy.engine.schema.SchemaViolation;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Every text that an agent reads, in one place. Each says what was refused and what can be done;
 * names that came from outside are quoted, escaped and bounded.
 */
final class DecisionText {
  private static final String DENIED = "Denied by policy: ";
  private static final int NAMES_MAX = 20;
  private static final int APPROVERS_MAX = 3;
  private static final DateTimeFormatter WALL_CLOCK =
      DateTimeFormatter.ofPattern("EEE uuuu-MM-dd HH:mm VV", Locale.ROOT);

  private DecisionText() {}

  /** {@code `stop_vllm`}, {@code the resource `file:///x`}. */
  static String subject(Subject subject) {
    return switch (subject.kind()) {
      case TOOL -> Wording.quoted(subject.name());
      case RESOURCE, PROMPT ->
          "the " + subject.kind().word() + " " + Wording.quoted(subject.name());
    };
  }

  private static String verb(Subject subject) {
    return switch (subject.kind()) {
      case TOOL -> "called";
      case RESOURCE -> "read";
      case PROMPT -> "used";
    };
  }

  private static String by(PolicyId policy) {
    return " (policy " + policy.display() + ")";
  }

  static DecisionReason unknownTool(Subject tool) {
    // the same bytes whatever the cause, and no name that could not be a tool's
    String text =
        PolicyReader.isToolName(tool.name()) ? "Unknown tool: " + tool.name() : "Unknown tool";
    return new DecisionReason(ReasonCode.UnknownTool, text, Optional.empty(), "");
  }

  static DecisionReason catalogueNotLoaded(String why) {
    return new DecisionReason(
        ReasonCode.CatalogueNotLoaded,
        "Policy unavailable: the tools of this server are not known yet ("
            + why
            + "). Try again in a moment.",
        Optional.empty(),
        "");
  }

  static DecisionReason noPolicy(Grant grant) {
    return new DecisionReason(
        ReasonCode.NoPolicy,
        DENIED
            + "no policy applies to the grant "
            + Wording.quoted(grant.name())
            + ", so it may call nothing. Whoever runs this server can bind one to it.",
        Optional.empty(),
        "");
  }

  static DecisionReason notAllowed(Subject subject, List<PolicyId> denying) {
    String policies =
        String.join(", ", denying.stream().limit(3).map(PolicyId::display).toList())
            + (denying.size() > 3 ? " and " + (denying.size() - 3) + " more" : "");
    String may =
        switch (subject.kind()) {
          case TOOL -> "call";
          case RESOURCE -> "read";
          case PROMPT -> "use";
        };
    return new DecisionReason(
        ReasonCode.NotAllowed,
        DENIED
            + subject(subject)
            + " is not among the "
            + subject.kind().key()
            + " that this grant may "
            + may
            + " (policy "
            + policies
            + ").",
        Optional.of(denying.getFirst()),
        Pointer.defaultOf(subject.kind()));
  }

  static DecisionReason deniedByRule(
      Subject subject, PolicyId policy, String rule, Optional<String> reason) {
    return new DecisionReason(
        ReasonCode.DeniedByRule,
        DENIED
            + subject(subject)
            + " may not be "
            + verb(subject)
            + by(policy)
            + "."
            + said(reason),
        Optional.of(policy),
        rule);
  }

  static DecisionReason deniedByCondition(
      BoundCondition condition, Truth truth, CallValues values) {
    return byCondition(ReasonCode.DeniedByCondition, " may not be ", condition, truth, values);
  }

  static DecisionReason requirementNotMet(
      BoundCondition condition, Truth truth, CallValues values) {
    return byCondition(ReasonCode.RequirementNotMet, " may only be ", condition, truth, values);
  }

  private static DecisionReason byCondition(
      ReasonCode code, String may, BoundCondition condition, Truth truth, CallValues values) {
    Subject subject = values.call().subject();
    return new DecisionReason(
        code,
        DENIED
            + subject(subject)
            + may
            + verb(subject)
            + " when "
            + ConditionText.of(condition.declared())
            + untold(condition, truth, values)
            + by(condition.policy())
            + "."
            + said(condition.reason()),
        Optional.of(condition.policy()),
        condition.rule());
  }

  private static String untold(BoundCondition condition, Truth truth, CallValues values) {
    return truth == Truth.UNDETERMINED
        ? ", which cannot be told: " + condition.whyUndetermined(values)
        : "";
  }

  static DecisionReason outsideSchedule(
      Subject subject, BoundSchedule schedule, Optional<Instant> nextOpening, Instant now) {
    return new DecisionReason(
        ReasonCode.OutsideSchedule,
        DENIED
            + subject(subject)
            + " may not be "
            + verb(subject)
            + " at this time, "
            + WALL_CLOCK.format(schedule.compiled().local(now))
            + by(schedule.policy())
            + ". "
            + nextOpening
                .map(opening -> "Next call possible in " + until(now, opening) + ".")
                .orElse("No time within a year was found at which a call is possible.")
            + said(schedule.reason()),
        Optional.of(schedule.policy()),
        schedule.rule());
  }

  static DecisionReason invalidCost(Subject subject, CompiledLimit limit) {
    long most = Math.min(limit.costMax(), limit.max());
    String text =
        switch (limit.declared().cost()) {
          case Cost.Units(long units) ->
              subject(subject)
                  + " costs "
                  + units
                  + " units of the counter "
                  + shown(limit.declared().counter())
                  + ", which never has more than "
                  + limit.max();
          case Cost.Argument argument ->
              ConditionText.path(argument.path())
                  + " says what "
                  + subject(subject)
                  + " costs, and must be a whole number from 0 to "
                  + most;
        };
    return new DecisionReason(
        ReasonCode.InvalidCost,
        DENIED + text + by(limit.policy()) + "." + said(limit.reason()),
        Optional.of(limit.policy()),
        limit.rule());
  }

  /**
   * @param needed not empty
   */
  static DecisionReason approvalNeeded(Subject subject, List<BoundApproval> needed) {
    BoundApproval first = needed.getFirst();
    String who =
        Stream.concat(
                first.need().groups().stream().sorted().map(group -> "a member of " + shown(group)),
                first.need().users().stream().sorted().map(DecisionText::shown))
            .limit(APPROVERS_MAX)
            .collect(Collectors.joining(" or "));
    String others =
        needed.size() == 1 ? "" : " and by " + (needed.size() - 1) + " more that must agree";
    return new DecisionReason(
        ReasonCode.ApprovalNeeded,
        DENIED
            + subject(subject)
            + " needs the approval of a person"
            + (who.isEmpty() ? "" : ", such as " + who)
            + by(first.need().policy())
            + others
            + ". Nothing was done."
            + said(first.reason()),
        Optional.of(first.need().policy()),
        first.need().rule());
  }

  static DecisionReason schemaUnknown(String tool) {
    return new DecisionReason(
        ReasonCode.SchemaUnknown,
        DENIED
            + "the arguments of "
            + Wording.quoted(tool)
            + " cannot be checked, because the server publishes no schema for them. Calls without"
            + " arguments are possible.",
        Optional.empty(),
        "");
  }

  static DecisionReason schemaUnusable(String tool, String why) {
    return new DecisionReason(
        ReasonCode.SchemaUnusable,
        DENIED
            + "the arguments of "
            + Wording.quoted(tool)
            + " cannot be checked, because the schema that the server publishes for them cannot be"
            + " used: "
            + why
            + ". Calls without arguments are possible.",
        Optional.empty(),
        "");
  }

  static DecisionReason undeclaredArgument(String tool, String argument, List<String> declared) {
    List<String> names = declared.stream().filter(PolicyReader::isToolName).toList();
    String use =
        names.isEmpty()
            ? "It takes no arguments."
            : "Its arguments are "
                + String.join(", ", names.stream().limit(NAMES_MAX).toList())
                + (names.size() > NAMES_MAX ? " and others." : ".");
    return new DecisionReason(
        ReasonCode.UndeclaredArgument,
        DENIED
            + "the argument "
            + Wording.quoted(argument)
            + " is not one that "
            + Wording.quoted(tool)
            + " declares. "
            + use,
        Optional.empty(),
        "");
  }

  static DecisionReason missingArgument(String tool, SchemaViolation missing) {
    return invalidArguments(
        Wording.quoted(tool)
            + " needs the argument "
            + Wording.quoted(missing.path())
            + (missing.text().equals(SchemaViolation.REQUIRED)
                ? "."
                : ", which " + missing.text() + "."));
  }

  static DecisionReason wrongArgument(String tool, SchemaViolation wrong) {
    String what =
        wrong.path().isEmpty()
            ? "the argument object of "
            : "the argument " + Wording.quoted(wrong.path()) + " of ";
    return invalidArguments(what + Wording.quoted(tool) + " " + wrong.text() + ".");
  }

  private static DecisionReason invalidArguments(String text) {
    return new DecisionReason(ReasonCode.InvalidArguments, DENIED + text, Optional.empty(), "");
  }

  static DecisionReason limitExhausted(
      Subject subject,
      CompiledLimit limit,
      Charge charge,
      long used,
      Instant resetsAt,
      Instant now) {
    String who =
        switch (limit.reach()) {
          case ONE_RULE -> subject(subject) + " is limited to ";
          case SHARED ->
              subject(subject)
                  + " and the tools that share its counter "
                  + shown(charge.counter().counter())
                  + " are limited to ";
          case ALL_TOOLS -> "all tools together are limited to ";
        };
    boolean countsCalls = limit.declared().cost().equals(Cost.ONE);
    String what = (countsCalls ? "call" : "unit") + (charge.max() == 1 ? " " : "s ");
    String window =
        switch (limit.declared().algorithm()) {
          case FIXED -> per(charge.counter().window());
          case SLIDING -> "in any " + span(limit.declared().window());
        };
    String left =
        countsCalls
            ? ""
            : ", of which "
                + Math.clamp(charge.max() - used, 0, charge.max())
                + " are left and this call takes "
                + charge.cost();
    return new DecisionReason(
        ReasonCode.LimitExhausted,
        DENIED
            + who
            + charge.max()
            + " "
            + what
            + window
            + scope(limit.declared().scope())
            + left
            + by(charge.policy())
            + ". Next call possible in "
            + until(now, resetsAt)
            + "."
            + said(limit.reason()),
        Optional.of(charge.policy()),
        charge.rule());
  }

  private static String scope(Set<Scope> scope) {
    List<String> apart =
        scope.stream().filter(one -> one != Scope.SERVER).map(one -> one.word()).toList();
    return apart.isEmpty()
        ? " for all grants of this server"
        : " for this " + String.join(" and ", apart);
  }

  static DecisionReason policyError() {
    return new DecisionReason(
        ReasonCode.PolicyError,
        "Denied: the policy could not be evaluated because of an error inside the proxy; the call"
            + " was not made. Whoever runs this server finds the cause in the proxy's log.",
        Optional.empty(),
        "");
  }

  static DecisionReason allowed(Subject subject, PolicyId policy, String rule) {
    return new DecisionReason(
        ReasonCode.Allowed,
        subject(subject) + " is allowed" + by(policy) + ".",
        Optional.of(policy),
        rule);
  }

  /** Text of a document in backticks, escaped and bounded. */
  static String shown(String text) {
    return Wording.quoted(text);
  }

  private static String said(Optional<String> reason) {
    return reason.map(text -> " Reason: " + text).orElse("");
  }

  private static String per(String window) {
    return switch (Window.named(window).orElseThrow()) {
      case Window.Week() -> "a week";
      case Window.Month() -> "a month";
      case Window.Seconds(long seconds) ->
          switch (window) {
            case "minute", "day" -> "a " + window;
            case "hour" -> "an hour";
            default -> "in " + span(seconds);
          };
    };
  }

  private static String span(Window window) {
    return switch (window) {
      case Window.Week() -> "7 d";
      case Window.Month() -> "month";
      case Window.Seconds(long seconds) -> span(seconds);
    };
  }

  /** In the largest unit that divides it. */
  private static String span(long seconds) {
    if (seconds % 86_400 == 0) {
      return seconds / 86_400 + " d";
    }
    if (seconds % 3_600 == 0) {
      return seconds / 3_600 + " h";
    }
    return seconds % 60 == 0 && seconds > 60 ? seconds / 60 + " min" : seconds + " s";
  }

  /** Rounded up, so that a call after that time is in the next window. */
  private static String until(Instant now, Instant then) {
    long seconds = Math.max(1, Duration.between(now, then).plusNanos(999_999_999).toSeconds());
    if (seconds <= 120) {
      return seconds + " s";
    }
    if (seconds <= 7_200) {
      return Math.ceilDiv(seconds, 60) + " min";
    }
    String rounded =
        seconds <= 172_800
            ? Math.ceilDiv(seconds, 3_600) + " h"
            : Math.ceilDiv(seconds, 86_400) + " d";
    return rounded + " (at " + then + ")";
  }
}
