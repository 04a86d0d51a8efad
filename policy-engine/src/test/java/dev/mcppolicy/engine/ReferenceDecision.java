// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

import dev.mcppolicy.engine.document.Action;
import dev.mcppolicy.engine.document.LimitDeclaration;
import dev.mcppolicy.engine.document.Rule;
import dev.mcppolicy.engine.document.Scope;
import dev.mcppolicy.engine.document.Window;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a decision must be, written down again in the plainest way: no compiling, no sharing, no
 * speed. The engine is held against it.
 */
final class ReferenceDecision {
  /** Outcome, and for a limit the moment of the next possible call. */
  record Outcome(String kind, ReasonCode code, Optional<Instant> resetsAt, int charges) {}

  private ReferenceDecision() {}

  static Outcome decide(
      List<BoundPolicy> policies, Call call, Grant grant, Instant now, CounterUsage usage) {
    if (call.subject().name().equals("no_such_tool")) {
      return deny(ReasonCode.UnknownTool);
    }
    List<BoundPolicy> applying = new ArrayList<>();
    for (BoundPolicy policy : policies) {
      if (policy.grants().isEmpty() || policy.grants().get().contains(grant.name())) {
        applying.add(policy);
      }
    }
    if (applying.isEmpty()) {
      return deny(ReasonCode.NoPolicy);
    }
    boolean named = false;
    boolean denied = false;
    boolean allDefaultToAllow = true;
    for (BoundPolicy policy : applying) {
      allDefaultToAllow &= policy.document().defaultAction() == Action.ALLOW;
      Rule rule = policy.document().tools().get(call.subject().name());
      if (rule != null) {
        named = true;
        denied |= rule.action() == Action.DENY;
        denied |= limits(rule).stream().anyMatch(limit -> limit.max() == 0);
      }
    }
    if (denied) {
      return deny(ReasonCode.DeniedByRule);
    }
    if (!named && !allDefaultToAllow) {
      return deny(ReasonCode.NotAllowed);
    }
    for (String argument : call.arguments().members().keySet()) {
      if (!argument.equals("container_name")) {
        return deny(ReasonCode.UndeclaredArgument);
      }
    }
    Optional<Instant> resetsAt = Optional.empty();
    int charges = 0;
    for (BoundPolicy policy : applying) {
      Rule rule = policy.document().tools().get(call.subject().name());
      if (rule == null) {
        continue;
      }
      for (LimitDeclaration limit : limits(rule)) {
        charges++;
        Instant start = start(limit.window(), now);
        Instant end = end(limit.window(), start);
        long used = usage.used(key(policy.id(), limit, grant), new FixedWindow(start, end));
        if (used + 1 > limit.max() && (resetsAt.isEmpty() || end.isAfter(resetsAt.get()))) {
          resetsAt = Optional.of(end);
        }
      }
    }
    return resetsAt.isPresent()
        ? new Outcome("RateLimited", ReasonCode.LimitExhausted, resetsAt, 0)
        : new Outcome("Allow", ReasonCode.Allowed, Optional.empty(), charges);
  }

  private static Outcome deny(ReasonCode code) {
    return new Outcome("Deny", code, Optional.empty(), 0);
  }

  private static List<LimitDeclaration> limits(Rule rule) {
    var all = new ArrayList<>(rule.limits());
    rule.rateLimit().ifPresent(all::add);
    return all;
  }

  private static CounterKey key(PolicyId policy, LimitDeclaration limit, Grant grant) {
    var scope = new ArrayList<String>();
    if (limit.scope().contains(Scope.GRANT)) {
      scope.add("grant=" + grant.name());
    }
    if (limit.scope().contains(Scope.SERVER)) {
      scope.add("server");
    }
    return new CounterKey(
        policy.namespace(), policy.name(), limit.counter(), limit.window().canonicalName(), scope);
  }

  private static Instant start(Window window, Instant now) {
    ZonedDateTime day = now.atZone(ZoneOffset.UTC).truncatedTo(ChronoUnit.DAYS);
    return switch (window) {
      case Window.Week() -> {
        while (day.getDayOfWeek() != DayOfWeek.MONDAY) {
          day = day.minusDays(1);
        }
        yield day.toInstant();
      }
      case Window.Month() -> {
        while (day.getDayOfMonth() != 1) {
          day = day.minusDays(1);
        }
        yield day.toInstant();
      }
      case Window.Seconds(long seconds) -> {
        long since = now.getEpochSecond();
        while (since % seconds != 0) {
          since--;
        }
        yield Instant.ofEpochSecond(since);
      }
    };
  }

  private static Instant end(Window window, Instant start) {
    return switch (window) {
      case Window.Week() -> start.plus(Duration.ofDays(7));
      case Window.Month() -> start.atZone(ZoneOffset.UTC).plusMonths(1).toInstant();
      case Window.Seconds(long seconds) -> start.plusSeconds(seconds);
    };
  }
}
