// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.kubernetes;

import dev.mcppolicy.bundle.Drain;
import dev.mcppolicy.bundle.Safeguards;
import dev.mcppolicy.bundle.Workload;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.proxy.kubernetes.PodRequests.Seen;
import dev.mcppolicy.proxy.workload.Deadline;
import dev.mcppolicy.proxy.workload.Ending;
import dev.mcppolicy.proxy.workload.Revocation;
import dev.mcppolicy.proxy.workload.Turns;
import dev.mcppolicy.proxy.workload.WorkloadOutcome.Refused;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * What has to hold before a workload is taken down, whatever its kind and whatever the policy says
 * of the call: its floor, the budgets of its pods, and, where that is declared, that no request
 * runs any more.
 *
 * <p>Floor and budgets are looked at twice: first, so that nobody waits for requests in vain, and
 * once more in one turn with the change itself. That turn is one for all workloads of the server
 * and all its sidecars, so of two stops that may not both take place one sees the other.
 */
final class StopGuards {
  private static final String TURN = "safeguards";
  private static final Duration LOOK_AGAIN = Duration.ofMillis(500);
  private static final Duration LOOK_ONCE = Duration.ofSeconds(4);

  /** Pods that do not answer for so long will not, and nobody has to wait for them. */
  private static final Duration NOT_KNOWN_MAX = Duration.ofSeconds(10);

  /** A request on its way to a pod is in no count yet: none is seen twice before it counts. */
  private static final int QUIET_LOOKS = 2;

  static final Refused OTHERS_STOP =
      new Refused(
          "other workloads of this server are still being stopped; nothing was changed, try again");

  private final InstantSource clock;
  private final SharedTurn shared;
  private final Guarded live;
  private final PodRequests requests;
  private final Floor floor;
  private final Budgets budgets;
  private final Turns turns = new Turns();
  private final Set<Workload.Target> draining = ConcurrentHashMap.newKeySet();

  /**
   * @param live all workloads of the server, of every kind
   */
  StopGuards(
      ApiServer api,
      ServerState state,
      String namespace,
      InstantSource clock,
      Guarded live,
      PodRequests requests) {
    this.clock = clock;
    this.shared = new SharedTurn(api, state, namespace, clock);
    this.live = live;
    this.requests = requests;
    this.floor = new Floor(live);
    this.budgets = new Budgets(api, namespace);
  }

  /** A wish to take a workload down. */
  record Wish(Workload workload, List<Workload> declared, boolean isRestart) {
    Safeguards safeguards() {
      return workload.safeguards();
    }

    /** The strictest of its target. */
    Optional<Drain> drain() {
      return workload.drain(declared);
    }

    /** For people. */
    String display() {
      return workload.target().kind() + " `" + workload.target().name() + "`";
    }
  }

  /** What became of the wish. */
  sealed interface Answer<T> {

    /**
     * It was tried.
     *
     * @param cut what is known of requests that ran at that moment
     */
    record Tried<T>(T result, Cut cut) implements Answer<T> {}

    record No<T>(Refused refused) implements Answer<T> {}
  }

  /**
   * Lets one act at a time through to a workload that is drained: others do not wait for minutes in
   * the places that all calls share.
   */
  <T> T alone(Wish wish, Supplier<T> act, Function<Refused, T> otherwise) {
    if (wish.drain().isEmpty()) {
      return act.get();
    }
    Workload.Target target = wish.workload().target();
    if (!draining.add(target)) {
      return otherwise.apply(
          new Refused(
              "another call is stopping or restarting %s and may be waiting for its running requests; nothing was changed, ask how it stands with list_vllm_containers"
                  .formatted(wish.display())));
    }
    try {
      return act.get();
    } finally {
      draining.remove(target);
    }
  }

  /**
   * Takes it down when everything holds. In the turn of the workload.
   *
   * @param act the change; called in a turn, once at most, with the time that it has
   * @param mayBeDone whether the change took place, or nobody knows
   */
  <T> Answer<T> takeDown(
      Wish wish, Deadline deadline, Function<Deadline, T> act, Predicate<T> mayBeDone) {
    Optional<Refused> tooLate = tooLate(wish); // it may have waited for its turn
    if (tooLate.isPresent()) {
      return new Answer.No<>(tooLate.get());
    }
    Optional<Drain> drain = wish.drain();
    boolean isGuarded = floor.isDeclared(wish) || !wish.safeguards().budgets().isEmpty();
    if (isGuarded || drain.isPresent()) {
      Readiness readiness = live.readiness(wish.workload(), deadline);
      if (readiness instanceof Readiness.Stopped) {
        return new Answer.Tried<>(act.apply(deadline), Cut.NOTHING); // nothing can be lost
      }
      Optional<Refused> refused =
          isGuarded ? refused(wish, readiness, Map.of(), deadline) : Optional.empty();
      if (refused.isPresent()) {
        return new Answer.No<>(refused.get());
      }
    }
    Drained drained =
        drain.isPresent()
            ? drained(wish, drain.get(), deadline)
            : new Drained.Go(seenNow(wish, deadline));
    return switch (drained) {
      case Drained.No(Refused refused) -> new Answer.No<>(refused);
      case Drained.Go(Cut cut) when !isGuarded -> new Answer.Tried<>(act.apply(deadline), cut);
      case Drained.Go(Cut cut) -> inTurn(wish, deadline, cut, act, mayBeDone);
    };
  }

  private <T> Answer<T> inTurn(
      Wish wish, Deadline deadline, Cut cut, Function<Deadline, T> act, Predicate<T> mayBeDone) {
    return turns
        .take(
            TURN,
            deadline,
            () ->
                switch (shared.take(wish, deadline)) {
                  case SharedTurn.Taken.Not(Refused refused) -> new Answer.No<T>(refused);
                  case SharedTurn.Taken.Mine mine -> inSharedTurn(wish, mine, cut, act, mayBeDone);
                })
        .orElseGet(() -> new Answer.No<>(OTHERS_STOP));
  }

  private <T> Answer<T> inSharedTurn(
      Wish wish,
      SharedTurn.Taken.Mine turn,
      Cut cut,
      Function<Deadline, T> act,
      Predicate<T> mayBeDone) {
    Map<String, BudgetSpending> spent = Map.of();
    try {
      Readiness readiness = live.readiness(wish.workload(), turn.deadline());
      Optional<Refused> refused =
          refused(wish, readiness, turn.spent(), turn.deadline()).or(() -> tooLate(wish));
      if (refused.isPresent()) {
        return new Answer.No<>(refused.get());
      }
      spent = Budgets.spent(wish, readiness, turn.spent(), clock.instant());
      T result = act.apply(turn.deadline());
      if (!mayBeDone.test(result)) {
        spent = Map.of();
      }
      return new Answer.Tried<>(result, cut);
    } finally {
      shared.end(spent);
    }
  }

  /** What a wait may have made of the wish; empty when it still holds. */
  private static Optional<Refused> tooLate(Wish wish) {
    return Ending.hasBegun()
        ? Optional.of(
            new Refused(
                "this proxy has to end, and %s was not touched; call again in a moment: the next one will answer"
                    .formatted(wish.display())))
        : Revocation.reason()
            .map(
                why ->
                    new Refused(
                        "%s was not touched, because this call is not allowed any more: %s"
                            .formatted(wish.display(), why)));
  }

  private Optional<Refused> refused(
      Wish wish, Readiness readiness, Map<String, BudgetSpending> spent, Deadline deadline) {
    return floor
        .refused(wish, readiness, deadline)
        .or(() -> budgets.refused(wish, readiness, spent, deadline));
  }

  private sealed interface Drained {
    record Go(Cut cut) implements Drained {}

    record No(Refused refused) implements Drained {}
  }

  /** What a stop cuts that waits for nothing, where pods may be seen. */
  private Cut seenNow(Wish wish, Deadline deadline) {
    if (!requests.mayBeSeen()) {
      return Cut.NOTHING;
    }
    return switch (live.requests(
        wish.workload(), Drain.PORT, Drain.PATH, deadline.within(LOOK_ONCE))) {
      case Seen.Counted counted when counted.pods() > 0 -> Cut.of(counted);
      case Seen.Counted _, Seen.Forbidden _ -> Cut.NOTHING;
      case Seen.NotKnown(String why) -> Cut.notKnown(why);
    };
  }

  private Drained drained(Wish wish, Drain drain, Deadline deadline) {
    Deadline end = deadline.within(drain.timeout());
    Deadline blind = Deadline.after(NOT_KNOWN_MAX);
    int quiet = 0;
    Seen last;
    do {
      // the last look, too, has its own time: it decides
      last = live.requests(wish.workload(), drain.port(), drain.path(), deadline.within(LOOK_ONCE));
      switch (last) {
        case Seen.Counted counted -> {
          blind = Deadline.after(NOT_KNOWN_MAX);
          quiet = counted.all() == 0 ? quiet + 1 : 0;
        }
        case Seen.NotKnown _, Seen.Forbidden _ -> quiet = 0;
      }
      if (quiet == QUIET_LOOKS && tooLate(wish).isEmpty()) { // an end cuts the time between short
        return new Drained.Go(Cut.of(new Seen.Counted(0, 0, 0)));
      }
    } while (!(last instanceof Seen.Forbidden)
        && !blind.isOver()
        && tooLate(wish).isEmpty()
        && end.pauseUnlessEnding(LOOK_AGAIN));
    Optional<Refused> tooLate = tooLate(wish);
    if (tooLate.isPresent()) {
      return new Drained.No(tooLate.get());
    }
    return switch (drain.whenBusy()) {
      case STOP -> new Drained.Go(atTheEnd(last));
      case REFUSE -> new Drained.No(busy(wish, drain, last));
    };
  }

  private static Cut atTheEnd(Seen last) {
    return switch (last) {
      case Seen.Counted counted -> Cut.of(counted);
      case Seen.NotKnown(String why) -> Cut.notKnown(why);
      case Seen.Forbidden _ -> Cut.notKnown("this sidecar may not list pods");
    };
  }

  private Refused busy(Wish wish, Drain drain, Seen last) {
    JsonObject.Builder facts =
        JsonObject.builder()
            .put("refusedBy", "drain")
            .put("drainTimeoutSeconds", drain.timeout().toSeconds());
    return switch (last) {
      case Seen.Counted(int running, int waiting, int _) ->
          new Refused(
              "%s is busy: after %d s %d of its requests ran and %d waited; nothing was changed, try again when fewer people use it"
                  .formatted(wish.display(), drain.timeout().toSeconds(), running, waiting),
              facts.put("requestsRunning", running).put("requestsWaiting", waiting).build());
      case Seen.NotKnown(String why) ->
          new Refused(
              "whether requests of %s run is not known: %s; nothing was changed, see that its pods answer there and that no NetworkPolicy keeps this sidecar from them"
                  .formatted(wish.display(), why),
              facts.build());
      case Seen.Forbidden _ ->
          new Refused(
              "whether requests of %s run is not known, because this sidecar may not list pods; nothing was changed, `capabilities: [Pods]` in the McpServer gives it that right"
                  .formatted(wish.display()),
              facts.build());
    };
  }
}
