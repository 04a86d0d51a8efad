// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The order in which a call is decided. The first step that has an answer decides. */
final class DecisionOrder {
  private static final Step[] ORDER = {
    // hidden by a policy, not known to the server, or no tool is known yet; tools only
    new Step("tool", DecisionOrder::toolIsUnknown, ExplainedSteps::tool),
    // without a policy nothing may be called
    new Step("policy", DecisionOrder::noPolicyApplies, ExplainedSteps::policy),
    // `action: deny`, a limit of 0, or not named under `default: deny`
    new Step("action", DecisionOrder::ruleDenies, ExplainedSteps::action),
    // undeclared, missing, wrong, or with no schema to tell; tools only
    new Step("arguments", DecisionOrder::argumentsDoNotFit, ExplainedSteps::arguments),
    // any of these holds or cannot be told
    new Step("deny_if", DecisionOrder::conditionDenies, ExplainedSteps::denyIf),
    // any of these does not hold or cannot be told
    new Step("require", DecisionOrder::requirementIsNotMet, ExplainedSteps::require),
    // any schedule is closed
    new Step("schedule", DecisionOrder::scheduleIsClosed, ExplainedSteps::schedule),
    // a cost that no limit can have, or a limit without room: before a person is asked
    new Step("limits", DecisionOrder::limitIsExhausted, ExplainedSteps::limits),
    // a person must agree
    new Step("approval", DecisionOrder::approvalIsNeeded, ExplainedSteps::approval),
    // once every charge is reserved
    new Step("allow", DecisionOrder::allow, ExplainedSteps::allow),
  };

  private DecisionOrder() {}

  /** One question about a call; empty passes the call on to the next. */
  @FunctionalInterface
  private interface Question {
    Optional<Decision> decide(Evaluation call);
  }

  /** What people are told that the question looked at. */
  @FunctionalInterface
  private interface Details {
    List<String> of(Evaluation call);
  }

  private record Step(String name, Question question, Details details) {}

  static Decision decide(Evaluation call) {
    for (Step step : ORDER) {
      Optional<Decision> decision = step.question.decide(call);
      if (decision.isPresent()) {
        return decision.get();
      }
    }
    throw new IllegalStateException("no step decided");
  }

  /** The steps that are taken until one decides, the deciding one among them. */
  static Explanation explain(Evaluation call) {
    var steps = new ArrayList<ExplainedStep>();
    for (Step step : ORDER) {
      Optional<Decision> decision = step.question.decide(call);
      steps.add(new ExplainedStep(step.name, decision.isPresent(), step.details.of(call)));
      if (decision.isPresent()) {
        return new Explanation(steps, decision.get());
      }
    }
    throw new IllegalStateException("no step decided");
  }

  /** A hidden tool is answered just as one that the server does not have. */
  private static Optional<Decision> toolIsUnknown(Evaluation call) {
    if (!call.isOfTool()) {
      return Optional.empty();
    }
    return switch (call.lookup()) {
      case ToolLookup.Known _ ->
          call.rule().isHidden()
              ? deny(DecisionText.unknownTool(call.subject()))
              : Optional.empty();
      case ToolLookup.Unknown() -> deny(DecisionText.unknownTool(call.subject()));
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
    return ArgumentCheck.check(call).map(Decision.Deny::new);
  }

  private static Optional<Decision> conditionDenies(Evaluation call) {
    for (BoundCondition condition : call.rule().denyIf()) {
      Truth truth = condition.evaluate(call.values());
      if (truth != Truth.FALSE) {
        return deny(DecisionText.deniedByCondition(condition, truth, call.values()));
      }
    }
    return Optional.empty();
  }

  private static Optional<Decision> requirementIsNotMet(Evaluation call) {
    for (BoundCondition condition : call.rule().require()) {
      Truth truth = condition.evaluate(call.values());
      if (truth != Truth.TRUE) {
        return deny(DecisionText.requirementNotMet(condition, truth, call.values()));
      }
    }
    return Optional.empty();
  }

  private static Optional<Decision> scheduleIsClosed(Evaluation call) {
    for (BoundSchedule schedule : call.rule().schedules()) {
      if (!schedule.compiled().isOpen(call.now())) {
        return deny(
            DecisionText.outsideSchedule(call.subject(), schedule, nextOpening(call), call.now()));
      }
    }
    return Optional.empty();
  }

  /** When all schedules are open; empty when not within a year, or after too long a search. */
  private static Optional<Instant> nextOpening(Evaluation call) {
    Instant at = call.now();
    for (int round = 0; round < 100; round++) {
      Instant before = at;
      for (BoundSchedule schedule : call.rule().schedules()) {
        Optional<Instant> opening = schedule.compiled().nextOpening(at);
        if (opening.isEmpty()) {
          return Optional.empty();
        }
        at = opening.get();
      }
      if (at.equals(before)) {
        return Optional.of(at);
      }
    }
    return Optional.empty();
  }

  /** Of several exhausted limits the one that has room again last: before it no call can pass. */
  private static Optional<Decision> limitIsExhausted(Evaluation call) {
    CompiledLimit[] limits = call.rule().limits();
    if (limits.length == 0) {
      return Optional.empty();
    }
    for (int i = 0; i < limits.length; i++) {
      long cost = cost(call, limits, i);
      if (limits[i].isEnforced() && (cost < 0 || cost > limits[i].max())) {
        return deny(DecisionText.invalidCost(call.subject(), limits[i]));
      }
    }
    ChargeSheet sheet = call.sheet();
    Optional<Decision.RateLimited> last = Optional.empty();
    for (int i = 0; i < limits.length; i++) {
      CompiledLimit limit = limits[i];
      if (!limit.isEnforced()) {
        continue;
      }
      long cost = cost(call, limits, i);
      long used = CompiledLimit.used(call.usage(), sheet.counter(i), sheet.counting(i));
      if (!limit.hasRoom(used, cost)) {
        Instant roomAt = limit.roomAt(call.usage(), sheet.counter(i), sheet.counting(i), cost);
        if (last.isEmpty() || roomAt.isAfter(last.get().resetsAt())) {
          last =
              Optional.of(
                  limit.exhausted(call.call(), sheet.charge(i, cost), used, roomAt, call.now()));
        }
      }
    }
    return last.map(limited -> limited);
  }

  /** What the call takes from the counter of an enforced limit: the most that one of it says. */
  private static long cost(Evaluation call, CompiledLimit[] limits, int at) {
    long cost = limits[at].cost(call.call().arguments());
    if (cost < 0 || !call.rule().hasSharedCounters()) {
      return cost;
    }
    // by their order, those that share a counter stand side by side
    for (int i = at - 1; i >= 0 && limits[i].sharesCounter(limits[at]); i--) {
      cost = Math.max(cost, enforcedCost(call, limits[i]));
    }
    for (int i = at + 1; i < limits.length && limits[i].sharesCounter(limits[at]); i++) {
      cost = Math.max(cost, enforcedCost(call, limits[i]));
    }
    return cost;
  }

  private static long enforcedCost(Evaluation call, CompiledLimit limit) {
    return limit.isEnforced() ? limit.cost(call.call().arguments()) : 0;
  }

  private static Optional<Decision> approvalIsNeeded(Evaluation call) {
    var needed = new ArrayList<BoundApproval>(0);
    for (BoundApproval approval : call.rule().approvals()) {
      if (approval.isNeeded(call.values())) {
        needed.add(approval);
      }
    }
    return needed.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Decision.NeedsApproval(
                DecisionText.approvalNeeded(call.subject(), needed),
                needed.stream().map(BoundApproval::need).toList()));
  }

  private static Optional<Decision> allow(Evaluation call) {
    return call.sheet().allow(call.rule(), call.call());
  }

  private static Optional<Decision> deny(DecisionReason reason) {
    return Optional.of(new Decision.Deny(reason));
  }
}
