// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.enforce;

import dev.mcppolicy.engine.Call;
import dev.mcppolicy.engine.CounterUsage;
import dev.mcppolicy.engine.Decision;
import dev.mcppolicy.engine.DecisionReason;
import dev.mcppolicy.engine.ReasonCode;
import dev.mcppolicy.engine.ToolCatalogue;
import dev.mcppolicy.mcp.Echo;
import dev.mcppolicy.mcp.ResourceRead;
import dev.mcppolicy.proxy.enforce.Gate.Entered;
import java.time.Instant;
import java.util.Optional;

/**
 * One call with its decision, and all that it was decided by.
 *
 * @param now when, which chose the windows of its limits
 */
record Judged(Entered entered, Call call, ToolCatalogue tools, Instant now, Decision decision) {
  private static final String BY_DEFAULT = "/resources/default";

  static Judged of(
      Entered entered,
      Call call,
      ToolCatalogue tools,
      Asked asked,
      Instant now,
      CounterUsage usage) {
    Optional<String> allDenied = entered.policy().denyAll();
    Decision decision =
        allDenied.isPresent()
            ? deny(allDenied.get())
            : entered.policy().policies().decide(call, tools, now, usage);
    return new Judged(entered, call, tools, now, withoutAliases(asked, decision));
  }

  /**
   * A server may take two texts for the same URI, and rules are exact: what no rule names is read
   * only by the one text that every reader takes for itself.
   */
  private static Decision withoutAliases(Asked asked, Decision decision) {
    if (asked instanceof Asked.OfResource(ResourceRead read)
        && decision instanceof Decision.Allow allow
        && allow.reason().rule().equals(BY_DEFAULT)
        && !read.isNormal()) {
      return new Decision.Deny(
          new DecisionReason(
              ReasonCode.NotAllowed,
              "Denied by policy: no rule names the resource `"
                  + Echo.of(read.uri())
                  + "`, and its URI is not in the normal form, in which alone the default allows"
                  + " it. Write the scheme and the host in lower case, without needless escapes,"
                  + " dot segments or a fragment.",
              allow.reason().policy(),
              BY_DEFAULT));
    }
    return decision;
  }

  private static Decision deny(String why) {
    return new Decision.Deny(
        new DecisionReason(
            ReasonCode.AllDenied,
            "Denied: every call to this server is denied: " + why,
            Optional.empty(),
            ""));
  }

  /** Whether it may be decided otherwise once the replicas of its workload are known. */
  boolean dependsOnReplicas() {
    boolean mayChange =
        switch (decision) {
          case Decision.Deny(DecisionReason reason) ->
              reason.code() == ReasonCode.DeniedByCondition
                  || reason.code() == ReasonCode.RequirementNotMet;
          case Decision.Allow _, Decision.NeedsApproval _ -> true;
          case Decision.RateLimited _ -> false;
        };
    return mayChange
        && entered.policy().policies().looksAtReplicas(call.subject(), call.caller().grant());
  }
}
