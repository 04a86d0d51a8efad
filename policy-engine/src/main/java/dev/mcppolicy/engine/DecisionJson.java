// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.util.Collection;
import java.util.List;

/**
 * Decisions as JSON, the same wherever machines read them.
 *
 * <p>Always {@code outcome} ({@code allow deny rate_limited needs_approval}), {@code reason} (a
 * {@link ReasonCode}) and {@code text}; {@code policy}, {@code generation} and {@code rule} when a
 * policy decided. Of a limit {@code counter}, {@code window}, {@code used}, {@code max} and {@code
 * resetsAt}; {@code approvals} when a person must agree; {@code wouldBe}, a decision like this one,
 * for a call that passes in audit mode alone.
 */
public final class DecisionJson {
  private DecisionJson() {}

  /** The outcome in one word. */
  public static String outcome(Decision decision) {
    return switch (decision) {
      case Decision.Allow _ -> "allow";
      case Decision.Deny _ -> "deny";
      case Decision.RateLimited _ -> "rate_limited";
      case Decision.NeedsApproval _ -> "needs_approval";
    };
  }

  public static JsonObject of(Decision decision) {
    DecisionReason reason = decision.reason();
    var object =
        JsonObject.builder()
            .put("outcome", outcome(decision))
            .put("reason", reason.code().name())
            .put("text", reason.text());
    reason
        .policy()
        .ifPresent(
            policy ->
                object
                    .put("policy", policy.display())
                    .put("generation", policy.generation())
                    .put("rule", reason.rule()));
    switch (decision) {
      case Decision.Allow allow ->
          allow.wouldBe().ifPresent(wouldBe -> object.put("wouldBe", of(wouldBe)));
      case Decision.Deny _ -> {}
      case Decision.RateLimited limited ->
          object
              .put("counter", limited.counter().counter())
              .put("window", limited.counter().window())
              .put("used", limited.used())
              .put("max", limited.max())
              .put("resetsAt", limited.resetsAt().toString());
      case Decision.NeedsApproval needs ->
          object.put(
              "approvals",
              new JsonArray(
                  needs.approvals().stream().<JsonValue>map(DecisionJson::approval).toList()));
    }
    return object.build();
  }

  private static JsonObject approval(ApprovalNeed need) {
    var object =
        JsonObject.builder()
            .put("policy", need.policy().display())
            .put("generation", need.policy().generation())
            .put("rule", need.rule())
            .put("groups", texts(need.groups()))
            .put("users", texts(need.users()))
            .put("ttl", need.ttl().toString());
    need.reason().ifPresent(reason -> object.put("reason", reason));
    return object.build();
  }

  private static JsonArray texts(Collection<String> texts) {
    List<JsonValue> sorted = texts.stream().sorted().<JsonValue>map(JsonValue::of).toList();
    return new JsonArray(sorted);
  }
}
