// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

import dev.mcppolicy.engine.document.PolicyReader;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * One call while it is decided: what the steps of {@link DecisionOrder} look at.
 *
 * @param lookup asked once, so that all steps see the same definition
 * @param rule what the policies of the grant say of the tool
 * @param charges one for each limit of the rule, in its order, all for the window of one instant
 */
record Evaluation(
    Call call,
    ToolLookup lookup,
    CompiledRule rule,
    List<Charge> charges,
    Instant now,
    CounterUsage usage) {

  static Evaluation of(
      Call call, CompiledRule rule, ToolCatalogue tools, Instant now, CounterUsage usage) {
    ToolLookup lookup =
        PolicyReader.isToolName(call.subject().name())
            ? tools.find(call.subject().name())
            : new ToolLookup.Unknown();
    return new Evaluation(
        call, lookup, rule, charges(rule, call.caller().grant(), now), now, usage);
  }

  private static List<Charge> charges(CompiledRule rule, Grant grant, Instant now) {
    if (rule.limits().isEmpty()) {
      return List.of();
    }
    var charges = new ArrayList<Charge>(rule.limits().size());
    for (CompiledLimit limit : rule.limits()) {
      charges.add(limit.charge(grant.name(), now));
    }
    return charges;
  }
}
