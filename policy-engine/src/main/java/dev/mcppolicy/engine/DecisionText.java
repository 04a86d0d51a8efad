// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

import dev.mcppolicy.engine.document.PolicyReader;
import dev.mcppolicy.engine.document.Window;
import dev.mcppolicy.engine.document.Wording;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Every text that an agent reads, in one place. Each says what was refused and what can be done;
 * names that came from outside are quoted, escaped and bounded.
 */
final class DecisionText {
  private static final String DENIED = "Denied by policy: ";
  private static final int NAMES_MAX = 20;

  private DecisionText() {}

  static DecisionReason unknownTool(String tool) {
    // the same bytes whatever the cause, and no name that could not be a tool's
    String text = PolicyReader.isToolName(tool) ? "Unknown tool: " + tool : "Unknown tool";
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

  static DecisionReason notAllowed(String tool, List<PolicyId> denying) {
    String policies =
        String.join(", ", denying.stream().limit(3).map(PolicyId::display).toList())
            + (denying.size() > 3 ? " and " + (denying.size() - 3) + " more" : "");
    return new DecisionReason(
        ReasonCode.NotAllowed,
        DENIED
            + Wording.quoted(tool)
            + " is not among the tools that this grant may call (policy "
            + policies
            + ").",
        Optional.of(denying.getFirst()),
        "/default");
  }

  static DecisionReason deniedByRule(
      String tool, PolicyId policy, String rule, Optional<String> reason) {
    return new DecisionReason(
        ReasonCode.DeniedByRule,
        DENIED
            + Wording.quoted(tool)
            + " may not be called (policy "
            + policy.display()
            + ")."
            + said(reason),
        Optional.of(policy),
        rule);
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

  static DecisionReason missingArgument(String tool, String argument) {
    return invalidArguments(
        Wording.quoted(tool) + " needs the argument " + Wording.quoted(argument) + ".");
  }

  static DecisionReason wrongType(String tool, String argument, String found, String allowed) {
    return invalidArguments(
        "the argument "
            + Wording.quoted(argument)
            + " of "
            + Wording.quoted(tool)
            + " is of type "
            + found
            + " and must be "
            + allowed
            + ".");
  }

  private static DecisionReason invalidArguments(String text) {
    return new DecisionReason(ReasonCode.InvalidArguments, DENIED + text, Optional.empty(), "");
  }

  static DecisionReason limitExhausted(
      String tool, Charge charge, boolean isShared, Optional<String> reason, Instant now) {
    String limited =
        isShared
            ? " and the tools that share its counter `"
                + charge.counter().counter()
                + "` are limited to "
            : " is limited to ";
    String scope =
        charge.counter().scopeValues().stream().anyMatch(value -> value.startsWith("grant="))
            ? " for this grant"
            : " for all grants of this server";
    return new DecisionReason(
        ReasonCode.LimitExhausted,
        DENIED
            + Wording.quoted(tool)
            + limited
            + charge.max()
            + (charge.max() == 1 ? " call " : " calls ")
            + per(charge.counter().window())
            + scope
            + " (policy "
            + charge.policy().display()
            + "). Next call possible in "
            + until(now, charge.window().end())
            + "."
            + said(reason),
        Optional.of(charge.policy()),
        charge.rule());
  }

  static DecisionReason policyError() {
    return new DecisionReason(
        ReasonCode.PolicyError,
        "Denied: the policy could not be evaluated because of an error inside the proxy; the call"
            + " was not made. Whoever runs this server finds the cause in the proxy's log.",
        Optional.empty(),
        "");
  }

  static DecisionReason allowed(String tool, PolicyId policy, String rule) {
    return new DecisionReason(
        ReasonCode.Allowed,
        Wording.quoted(tool) + " is allowed (policy " + policy.display() + ").",
        Optional.of(policy),
        rule);
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
