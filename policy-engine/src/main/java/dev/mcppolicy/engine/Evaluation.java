// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

import dev.mcppolicy.engine.document.PolicyReader;
import dev.mcppolicy.engine.document.Subject;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One call while it is decided: what the steps of {@link DecisionOrder} look at. One thread. */
final class Evaluation {
  private static final ToolLookup UNKNOWN = new ToolLookup.Unknown();

  private final Call call;
  private final ToolLookup lookup;
  private final UnitedRule rule;
  private final Instant now;
  private final CounterUsage usage;
  private final CallValues values;
  private @Nullable ChargeSheet sheet;

  private Evaluation(
      Call call, ToolLookup lookup, UnitedRule rule, Instant now, CounterUsage usage) {
    this.call = call;
    this.lookup = lookup;
    this.rule = rule;
    this.now = now;
    this.usage = usage;
    this.values = rule.values(call);
  }

  static Evaluation of(
      Call call, UnitedRule rule, ToolCatalogue tools, Instant now, CounterUsage usage) {
    boolean canBeATool =
        call.subject().kind() == Subject.Kind.TOOL
            && PolicyReader.isToolName(call.subject().name());
    ToolLookup lookup = canBeATool ? tools.find(call.subject().name()) : UNKNOWN;
    return new Evaluation(call, lookup, rule, now, usage);
  }

  /** The same call, at the same moment, under another rule. */
  Evaluation under(UnitedRule other) {
    return new Evaluation(call, lookup, other, now, usage);
  }

  Call call() {
    return call;
  }

  Subject subject() {
    return call.subject();
  }

  /** Asked once, so that all steps see the same definition. Says nothing of what is no tool. */
  ToolLookup lookup() {
    return lookup;
  }

  /** What the policies of the grant say of what is called. */
  UnitedRule rule() {
    return rule;
  }

  /** What conditions look at. */
  CallValues values() {
    return values;
  }

  Instant now() {
    return now;
  }

  CounterUsage usage() {
    return usage;
  }

  /** All charges in the windows of one instant. */
  ChargeSheet sheet() {
    ChargeSheet made = sheet;
    if (made == null) {
      made = rule.sheet(call, now);
      sheet = made;
    }
    return made;
  }

  boolean isOfTool() {
    return call.subject().kind() == Subject.Kind.TOOL;
  }
}
