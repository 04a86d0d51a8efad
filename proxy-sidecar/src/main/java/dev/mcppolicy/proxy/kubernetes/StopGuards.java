// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.kubernetes;

import dev.mcppolicy.bundle.Drain;
import dev.mcppolicy.bundle.Safeguards;
import dev.mcppolicy.bundle.Workload;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.proxy.kubernetes.PodRequests.Seen;
import dev.mcppolicy.proxy.workload.Deadline;
import dev.mcppolicy.proxy.workload.Ending;
import dev.mcppolicy.proxy.workload.Turns;
import dev.mcppolicy.proxy.workload.WorkloadLook;
import dev.mcppolicy.proxy.workload.WorkloadOutcome.Refused;
import dev.mcppolicy.proxy.workload.WorkloadReplicas;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * What has to hold before a workload is scaled down, whatever the policy says of the call: its
 * floor, the budgets of its pods, and, where that is declared, that no request runs any more.
 *
 * <p>Floor and budgets are looked at twice: first, so that nobody waits for requests in vain, and
 * once more in one turn with the change itself. That turn is one for all workloads of the server,
 * so of two stops that may not both take place one sees the other.
 */
final class StopGuards {
  private static final String TURN = "safeguards";
  private static final Duration LOOK_AGAIN = Duration.ofMillis(500);
  private static final Duration LOOK_ONCE = Duration.ofSeconds(4);

  /** Pods that do not answer for so long will not, and nobody has to wait for them. */
  private static final Duration NOT_KNOWN_MAX = Duration.ofSeconds(10);

  /** A request on its way to a pod is in no count yet: none is seen twice before it counts. */
  private static final int QUIET_LOOKS = 2;

  private final ApiServer api;
  private final LiveWorkloads live;
  private final PodRequests requests;
  private final Floor floor;
  private final Budgets budgets;
  private final Turns turns = new Turns();
  private final Set<String> draining = ConcurrentHashMap.newKeySet();

  /** How a workload stands now. */
  interface LiveWorkloads {
    WorkloadLook look(Workload workload, Deadline deadline);
  }

  StopGuards(ApiServer api, String namespace, LiveWorkloads live, PodRequests requests) {
    this.api = api;
    this.live = live;
    this.requests = requests;
    this.floor = new Floor(live);
    this.budgets = new Budgets(api, namespace);
  }

  /** A wish to scale down. */
  record Wish(ScaleTarget target, List<Workload> declared, boolean isRestart) {
    Safeguards safeguards() {
      return target.workload().safeguards();
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
    if (wish.safeguards().drain().isEmpty()) {
      return act.get();
    }
    String name = wish.target().workload().name();
    if (!draining.add(name)) {
      return otherwise.apply(
          new Refused(
              "another call is stopping or restarting %s and may be waiting for its running requests; nothing was changed, ask how it stands with list_vllm_containers"
                  .formatted(shown(wish))));
    }
    try {
      return act.get();
    } finally {
      draining.remove(name);
    }
  }

  /**
   * Scales down when everything holds. In the turn of the workload.
   *
   * @param scale the change; called in a turn, once at most
   * @param isDone whether the change took place
   */
  <T> Answer<T> scaleDown(Wish wish, Deadline deadline, Supplier<T> scale, Predicate<T> isDone) {
    WorkloadLook look = live.look(wish.target().workload(), deadline);
    if (look instanceof WorkloadLook.Seen(WorkloadReplicas now, String _) && now.requested() == 0) {
      return new Answer.Tried<>(scale.get(), Cut.NOTHING); // nothing can be lost
    }
    boolean isGuarded = floor.isDeclared(wish) || !wish.safeguards().budgets().isEmpty();
    if (isGuarded) {
      Optional<Refused> refused = refused(wish, look, deadline);
      if (refused.isPresent()) {
        return new Answer.No<>(refused.get());
      }
    }
    return switch (drained(wish, deadline)) {
      case Drained.No(Refused refused) -> new Answer.No<>(refused);
      case Drained.Go(Cut cut) when !isGuarded -> new Answer.Tried<>(scale.get(), cut);
      case Drained.Go(Cut cut) -> inTurn(wish, deadline, cut, scale, isDone);
    };
  }

  private <T> Answer<T> inTurn(
      Wish wish, Deadline deadline, Cut cut, Supplier<T> scale, Predicate<T> isDone) {
    return turns
        .<Answer<T>>take(
            TURN,
            deadline,
            () -> {
              WorkloadLook look = live.look(wish.target().workload(), deadline);
              Optional<Refused> refused = refused(wish, look, deadline);
              if (refused.isPresent()) {
                return new Answer.No<>(refused.get());
              }
              T result = scale.get();
              if (isDone.test(result)) {
                budgets.spent(wish, look);
              }
              return new Answer.Tried<>(result, cut);
            })
        .orElseGet(
            () ->
                new Answer.No<>(
                    new Refused(
                        "other workloads of this server are still being stopped; nothing was changed, try again")));
  }

  private Optional<Refused> refused(Wish wish, WorkloadLook look, Deadline deadline) {
    return floor.refused(wish, look, deadline).or(() -> budgets.refused(wish, look, deadline));
  }

  private sealed interface Drained {
    record Go(Cut cut) implements Drained {}

    record No(Refused refused) implements Drained {}
  }

  private Drained drained(Wish wish, Deadline deadline) {
    Optional<Drain> drain = wish.safeguards().drain();
    if (drain.isEmpty()) {
      return new Drained.Go(seenNow(wish, deadline));
    }
    return drained(wish, drain.get(), deadline);
  }

  /** What a stop cuts that waits for nothing, where pods may be seen. */
  private Cut seenNow(Wish wish, Deadline deadline) {
    if (!requests.mayBeSeen()) {
      return Cut.NOTHING;
    }
    return switch (seen(wish, Drain.PORT, Drain.PATH, deadline.within(LOOK_ONCE))) {
      case Seen.Counted counted when counted.pods() > 0 -> Cut.of(counted);
      case Seen.Counted _, Seen.Forbidden _ -> Cut.NOTHING;
      case Seen.NotKnown(String why) -> Cut.notKnown(why);
    };
  }

  private Seen seen(Wish wish, int port, String path, Deadline deadline) {
    ApiAnswer answer = api.get(wish.target().object(), api.within(deadline.left()));
    return answer instanceof ApiAnswer.Ok(JsonObject object)
        ? requests.look(wish.target(), object, port, path, deadline)
        : new Seen.NotKnown("it could not be read");
  }

  private Drained drained(Wish wish, Drain drain, Deadline deadline) {
    Deadline end = deadline.within(drain.timeout());
    Deadline blind = Deadline.after(NOT_KNOWN_MAX);
    int quiet = 0;
    Seen last;
    do {
      // the last look, too, has its own time: it decides
      last = seen(wish, drain.port(), drain.path(), deadline.within(LOOK_ONCE));
      switch (last) {
        case Seen.Counted counted -> {
          blind = Deadline.after(NOT_KNOWN_MAX);
          quiet = counted.all() == 0 ? quiet + 1 : 0;
        }
        case Seen.NotKnown _, Seen.Forbidden _ -> quiet = 0;
      }
      if (quiet == QUIET_LOOKS) {
        return new Drained.Go(Cut.of(new Seen.Counted(0, 0, 0)));
      }
    } while (!(last instanceof Seen.Forbidden)
        && !blind.isOver()
        && end.pauseUnlessEnding(LOOK_AGAIN));
    if (Ending.hasBegun()) {
      return new Drained.No(
          new Refused(
              "this proxy has to end and cannot wait any longer for running requests of %s; nothing was changed, call again in a moment: the next one will answer"
                  .formatted(shown(wish))));
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
                  .formatted(shown(wish), drain.timeout().toSeconds(), running, waiting),
              facts.put("requestsRunning", running).put("requestsWaiting", waiting).build());
      case Seen.NotKnown(String why) ->
          new Refused(
              "whether requests of %s run is not known: %s; nothing was changed, see that its pods answer there and that no NetworkPolicy keeps this sidecar from them"
                  .formatted(shown(wish), why),
              facts.build());
      case Seen.Forbidden _ ->
          new Refused(
              "whether requests of %s run is not known, because this sidecar may not list pods; nothing was changed, `capabilities: [Pods]` in the McpServer gives it that right"
                  .formatted(shown(wish)),
              facts.build());
    };
  }

  private static String shown(Wish wish) {
    return wish.target().display();
  }
}
