// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.cli;

import dev.mcppolicy.engine.ApprovalNeed;
import dev.mcppolicy.engine.Charge;
import dev.mcppolicy.engine.Decision;
import dev.mcppolicy.engine.DecisionReason;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A decision for a person: the outcome, what the agent is told, and which part of which policy. */
final class DecisionLines {
  private final StringBuilder text = new StringBuilder();

  private DecisionLines() {}

  /** Some lines, the last one ended. */
  static String of(Decision decision, Instant at) {
    var lines = new DecisionLines();
    lines.decision(decision, at);
    return lines.text.toString();
  }

  private void decision(Decision decision, Instant at) {
    DecisionReason reason = decision.reason();
    text.append(outcome(decision)).append(" (").append(reason.code()).append(")\n");
    text.append("  ").append(reason.text()).append('\n');
    reason
        .policy()
        .ifPresent(
            policy ->
                line(
                    "rule",
                    policy.display() + (reason.rule().isEmpty() ? "" : " " + reason.rule())));
    switch (decision) {
      case Decision.Allow allow -> {
        for (Charge charge : allow.charges()) {
          line(
              "takes",
              charge.cost()
                  + " of `"
                  + charge.counter().counter()
                  + "`, "
                  + charge.max()
                  + " each "
                  + charge.counter().window()
                  + (charge.isEnforced() ? "" : " (audit mode: counted only)"));
        }
        if (allow.mustBeRecorded()) {
          line("record", "required: without a record of it the call is denied");
        }
        if (allow.wouldBe().isPresent()) {
          text.append("without audit mode: ");
          decision(allow.wouldBe().get(), at);
        }
      }
      case Decision.Deny _ -> {}
      case Decision.RateLimited limited -> {
        line(
            "counter",
            "`" + limited.counter().counter() + "`: " + limited.used() + " of " + limited.max());
        line("resets", limited.resetsAt() + " (decided at " + at + ")");
      }
      case Decision.NeedsApproval needs -> needs.approvals().forEach(this::approval);
    }
  }

  private void approval(ApprovalNeed need) {
    List<String> who = new ArrayList<>();
    need.groups().stream().sorted().forEach(group -> who.add("group " + group));
    need.users().stream().sorted().forEach(user -> who.add("user " + user));
    line(
        "approval",
        (who.isEmpty()
                ? "of whoever the cluster gives the right"
                : "of " + String.join(" or ", who))
            + ", within "
            + shown(need.ttl())
            + " ("
            + need.policy().display()
            + " "
            + need.rule()
            + ")");
  }

  private void line(String name, String value) {
    text.append("  ").append(name).append(" ".repeat(Math.max(1, 10 - name.length())));
    text.append(value).append('\n');
  }

  private static String outcome(Decision decision) {
    return switch (decision) {
      case Decision.Allow _ -> "ALLOW";
      case Decision.Deny _ -> "DENY";
      case Decision.RateLimited _ -> "RATE-LIMITED";
      case Decision.NeedsApproval _ -> "APPROVAL NEEDED";
    };
  }

  /** A duration in the largest unit that divides it. */
  static String shown(Duration duration) {
    long seconds = duration.toSeconds();
    if (seconds % 86_400 == 0) {
      return seconds / 86_400 + " d";
    }
    if (seconds % 3_600 == 0) {
      return seconds / 3_600 + " h";
    }
    return seconds % 60 == 0 ? seconds / 60 + " min" : seconds + " s";
  }
}
