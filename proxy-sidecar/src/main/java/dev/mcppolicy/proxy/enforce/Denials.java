// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.enforce;

import dev.mcppolicy.engine.Decision;
import dev.mcppolicy.engine.DecisionJson;
import dev.mcppolicy.engine.DecisionReason;
import dev.mcppolicy.engine.ReasonCode;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.mcp.Replies;
import dev.mcppolicy.mcp.RequestId;
import dev.mcppolicy.mcp.RequestMeta;
import dev.mcppolicy.mcp.RpcError;
import dev.mcppolicy.proxy.workload.WouldBe;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** How a denial looks to the agent and to machines (docs/reference/policy.md). */
final class Denials {

  /** What this version says of a call that a person would have to agree to. */
  private static final String NO_APPROVALS_YET =
      " This version cannot collect approvals yet, so the call cannot pass: ask whoever runs this"
          + " server.";

  private Denials() {}

  /**
   * The answer to what a decision did not let pass.
   *
   * @param decision any but an {@link Decision.Allow}
   * @param preview what the call would have done, of a tool; empty when that is not told
   */
  static Answer of(
      RequestId id,
      Asked asked,
      Decision decision,
      String decisionId,
      Instant now,
      Optional<WouldBe> preview) {
    DecisionReason reason = decision.reason();
    if (reason.code() == ReasonCode.UnknownTool) {
      return Answer.error(id, Replies.unknownTool(asked.subject().name()));
    }
    if (reason.code() == ReasonCode.CatalogueNotLoaded) {
      return Answer.error(id, new RpcError(RpcError.INTERNAL_ERROR, reason.text()));
    }
    String text =
        decision instanceof Decision.NeedsApproval
            ? reason.text() + NO_APPROVALS_YET
            : reason.text();
    JsonObject forMachines = forMachines(decision, decisionId, now);
    return switch (asked) {
      case Asked.OfTool _ -> Answer.result(id, tool(text, forMachines, preview));
      case Asked.OfResource(var read) ->
          error(
              id,
              RpcError.RESOURCE_NOT_FOUND,
              text,
              JsonObject.builder().put("uri", read.uri()).put(RequestMeta.DECISION, forMachines));
      case Asked.OfPrompt _ ->
          error(
              id,
              RpcError.INVALID_PARAMS,
              text,
              JsonObject.builder().put(RequestMeta.DECISION, forMachines));
    };
  }

  private static JsonObject tool(String text, JsonObject forMachines, Optional<WouldBe> preview) {
    if (preview.isEmpty()) {
      return Replies.toolDenied(text, forMachines);
    }
    JsonObject denied = Replies.toolDenied(text + "\n" + preview.get().text(), forMachines);
    return denied.with(
        RequestMeta.MEMBER,
        denied
            .object(RequestMeta.MEMBER)
            .orElse(JsonObject.EMPTY)
            .with(RequestMeta.PREVIEW, preview.get().facts()));
  }

  private static Answer error(RequestId id, int code, String text, JsonObject.Builder data) {
    return Answer.error(id, new RpcError(code, text, Optional.of(data.build())));
  }

  /** The text stands beside it. */
  private static JsonObject forMachines(Decision decision, String decisionId, Instant now) {
    var members = JsonObject.builder();
    DecisionJson.of(decision).without("text").members().forEach(members::put);
    members.put("id", decisionId);
    if (decision instanceof Decision.RateLimited limited) {
      Duration wait = Duration.between(now, limited.resetsAt());
      members.put("retryAfterMs", Math.max(0, wait.toMillis()));
    }
    return members.build();
  }
}
