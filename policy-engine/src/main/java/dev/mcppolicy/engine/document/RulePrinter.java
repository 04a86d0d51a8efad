// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.document;

import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.util.Collection;

/** Writes rules in their canonical form. */
final class RulePrinter {
  private RulePrinter() {}

  static JsonObject print(Rule rule) {
    var object = JsonObject.builder();
    if (rule.action() == Action.DENY) {
      object.put("action", rule.action().word());
    }
    rule.reason().ifPresent(reason -> object.put("reason", reason));
    if (!rule.require().isEmpty()) {
      object.put("require", ConditionPrinter.print(rule.require()));
    }
    if (!rule.denyIf().isEmpty()) {
      object.put("deny_if", ConditionPrinter.print(rule.denyIf()));
    }
    if (!rule.limits().isEmpty()) {
      object.put("limits", LimitPrinter.print(rule.limits()));
    }
    rule.rateLimit().ifPresent(limit -> object.put("rate_limit", LimitPrinter.rateLimit(limit)));
    rule.approval().ifPresent(approval -> object.put("approval", approval(approval)));
    rule.schedule().ifPresent(schedule -> object.put("schedule", SchedulePrinter.print(schedule)));
    if (!rule.strictArguments()) {
      object.put("strict_arguments", false);
    }
    rule.mode().ifPresent(mode -> object.put("mode", mode.word()));
    return object.build();
  }

  private static JsonObject approval(Approval approval) {
    var object = JsonObject.builder();
    var approvers = JsonObject.builder();
    if (!approval.groups().isEmpty()) {
      approvers.put("groups", texts(approval.groups()));
    }
    if (!approval.users().isEmpty()) {
      approvers.put("users", texts(approval.users()));
    }
    if (!approval.groups().isEmpty() || !approval.users().isEmpty()) {
      object.put("approvers", approvers.build());
    }
    if (!approval.ttl().equals(Approval.DEFAULT_TTL)) {
      object.put("ttl", Durations.text(approval.ttl()));
    }
    approval.reason().ifPresent(reason -> object.put("reason", reason));
    if (!approval.unless().isEmpty()) {
      object.put("unless", ConditionPrinter.print(approval.unless()));
    }
    return object.build();
  }

  static JsonArray texts(Collection<String> texts) {
    return new JsonArray(texts.stream().<JsonValue>map(JsonValue::of).toList());
  }
}
