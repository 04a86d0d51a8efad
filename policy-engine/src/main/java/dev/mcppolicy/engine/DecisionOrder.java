// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

import java.util.List;
import java.util.Optional;

/** The order in which a call is decided. The first step that has an answer decides. */
final class DecisionOrder {
  private static final List<Step> ORDER =
      List.of(
          DecisionOrder::toolIsUnknown, // no such tool, or no tool is known yet
          DecisionOrder::noPolicyApplies, // without a policy nothing may be called
          DecisionOrder::ruleDenies, // `action: deny`, a limit of 0, or not named under `deny`
          DecisionOrder::argumentsDoNotFit, // undeclared, missing, of a wrong type, no schema
          DecisionOrder::limitIsExhausted, // of all limits of all policies, any has no room
          DecisionOrder::allow); // once every charge is reserved

  private DecisionOrder() {}

  /** One question about a call; empty passes the call on to the next. */
  @FunctionalInterface
  private interface Step {
    Optional<Decision> decide(Evaluation call);
  }

  static Decision decide(Evaluation call) {
    for (Step step : ORDER) {
      Optional<Decision> decision = step.decide(call);
      if (decision.isPresent()) {
        return decision.get();
      }
    }
    throw new IllegalStateException("no step decided");
  }

  private static Optional<Decision> toolIsUnknown(Evaluation call) {
    return switch (call.lookup()) {
      case ToolLookup.Known _ -> Optional.empty();
      case ToolLookup.Unknown() -> deny(DecisionText.unknownTool(call.call().subject().name()));
      case ToolLookup.NotLoaded(String why) -> deny(DecisionText.catalogueNotLoaded(why));
    };
  }

  private static Optional<Decision> noPolicyApplies(Evaluation call) {
    return call.rule()
        .never()
        .filter(reason -> reason.code() == ReasonCode.NoPolicy)
        .map(Decision.Deny::new);
  }

  private static Optional<Decision> ruleDenies(Evaluation call) {
    return call.rule().never().map(Decision.Deny::new);
  }

  private static Optional<Decision> argumentsDoNotFit(Evaluation call) {
    if (!(call.lookup() instanceof ToolLookup.Known(ToolDefinition tool))) {
      throw new IllegalStateException("arguments are looked at once the tool is known");
    }
    return ArgumentCheck.check(tool, call.call().arguments()).map(Decision.Deny::new);
  }

  /** Of several exhausted limits the one that has room again last: before it no call can pass. */
  private static Optional<Decision> limitIsExhausted(Evaluation call) {
    Optional<Decision.RateLimited> last = Optional.empty();
    for (int i = 0; i < call.charges().size(); i++) {
      Charge charge = call.charges().get(i);
      long used = call.usage().used(charge.counter(), charge.window());
      boolean hasRoom = used >= 0 && used <= charge.max() - charge.cost();
      boolean isLast = last.isEmpty() || charge.window().end().isAfter(last.get().resetsAt());
      if (!hasRoom && isLast) {
        CompiledLimit limit = call.rule().limits().get(i);
        last = Optional.of(limit.exhausted(call.call().subject().name(), charge, used, call.now()));
      }
    }
    return last.map(limited -> limited);
  }

  private static Optional<Decision> allow(Evaluation call) {
    return Optional.of(
        new Decision.Allow(call.rule().allowed(), call.charges(), false, Optional.empty()));
  }

  private static Optional<Decision> deny(DecisionReason reason) {
    return Optional.of(new Decision.Deny(reason));
  }
}
