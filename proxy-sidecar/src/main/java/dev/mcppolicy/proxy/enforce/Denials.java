// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.enforce;

import dev.mcppolicy.engine.Decision;
import dev.mcppolicy.engine.DecisionReason;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.mcp.Replies;
import dev.mcppolicy.mcp.RequestId;
import dev.mcppolicy.mcp.RpcError;
import java.time.Duration;
import java.time.Instant;

/** How a denial looks to the agent and to machines (docs/reference/policy.md). */
final class Denials {
  private Denials() {}

  static Answer of(RequestId id, String tool, Decision.Deny denial, String decisionId) {
    DecisionReason reason = denial.reason();
    return switch (reason.code()) {
      case UnknownTool -> Answer.error(id, Replies.unknownTool(tool));
      case CatalogueNotLoaded ->
          Answer.error(id, new RpcError(RpcError.INTERNAL_ERROR, reason.text()));
      case NoPolicy,
          AllDenied,
          DeniedByRule,
          NotAllowed,
          SchemaUnknown,
          UndeclaredArgument,
          InvalidArguments,
          SchemaUnusable,
          DeniedByCondition,
          RequirementNotMet,
          OutsideSchedule,
          InvalidCost,
          ApprovalNeeded,
          LimitExhausted,
          PolicyError,
          Allowed ->
          result(id, reason, machine("deny", reason, decisionId));
    };
  }

  static Answer of(RequestId id, Decision.RateLimited limited, String decisionId, Instant now) {
    Duration wait = Duration.between(now, limited.resetsAt());
    return result(
        id,
        limited.reason(),
        machine("rate_limited", limited.reason(), decisionId)
            .put("counter", limited.counter().counter())
            .put("window", limited.counter().window())
            .put("used", limited.used())
            .put("max", limited.max())
            .put("resetsAt", limited.resetsAt().toString())
            .put("retryAfterMs", Math.max(0, wait.toMillis())));
  }

  private static Answer result(RequestId id, DecisionReason reason, JsonObject.Builder decision) {
    return Answer.result(id, Replies.toolDenied(reason.text(), decision.build()));
  }

  private static JsonObject.Builder machine(
      String outcome, DecisionReason reason, String decisionId) {
    var decision =
        JsonObject.builder()
            .put("outcome", outcome)
            .put("reason", reason.code().name())
            .put("id", decisionId);
    reason
        .policy()
        .ifPresent(
            policy ->
                decision
                    .put("policy", policy.display())
                    .put("generation", policy.generation())
                    .put("rule", reason.rule()));
    return decision;
  }
}
