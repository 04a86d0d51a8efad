// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.kubernetes;

import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.proxy.kubernetes.StopGuards.Wish;
import dev.mcppolicy.proxy.workload.Deadline;
import dev.mcppolicy.proxy.workload.WorkloadOutcome.Refused;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The turn in which floor and budgets are looked at and a workload is taken down: one for all
 * sidecars of a server. It stands in the McpServerState and is written under the version that was
 * read, so of two sidecars one gets it. What a sidecar leaves behind that dies in its turn holds up
 * the others until the turn is over by itself.
 *
 * <p>Used by one thread at a time.
 */
final class SharedTurn {
  /** Longest turn: the act in it ends before. */
  static final Duration HELD_MAX = Duration.ofSeconds(60);

  /** By how much the clocks of two nodes may differ. */
  static final Duration CLOCKS_DIFFER_MAX = Duration.ofSeconds(15);

  private static final Duration LOOK_AGAIN = Duration.ofMillis(250);
  private static final Duration END_TIMEOUT = Duration.ofSeconds(5);

  private final ApiServer api;
  private final ServerState state;
  private final String namespace;
  private final InstantSource clock;
  private final String holder = UUID.randomUUID().toString();

  /** What could not be written down at the end of the last turn. */
  private Map<String, BudgetSpending> unsaved = Map.of();

  SharedTurn(ApiServer api, ServerState state, String namespace, InstantSource clock) {
    this.api = api;
    this.state = state;
    this.namespace = namespace;
    this.clock = clock;
  }

  /** Whether it was got. */
  sealed interface Taken {

    /**
     * To be ended.
     *
     * @param deadline of the act
     * @param spent what stops have taken of budgets and Kubernetes may not count yet
     */
    record Mine(Deadline deadline, Map<String, BudgetSpending> spent) implements Taken {}

    record Not(Refused refused) implements Taken {}
  }

  /** Waits for it. */
  Taken take(Wish wish, Deadline deadline) {
    boolean hasWaited = false;
    do {
      ApiAnswer read = state.read(api.within(deadline.left()));
      if (hasWaited && deadline.isOver()) {
        break;
      }
      if (!(read instanceof ApiAnswer.Ok(JsonObject object))) {
        return not(wish, read, "what other sidecars stop could not be read in the McpServerState");
      }
      if (isAnothers(object)) {
        hasWaited = true;
        continue;
      }
      Deadline held = deadline.within(HELD_MAX);
      ApiAnswer written =
          state.takeTurn(
              object, holder, clock.instant().plus(held.left()), api.within(held.left()));
      if (written instanceof ApiAnswer.Ok(JsonObject after)) {
        return ServerState.turn(after).filter(turn -> turn.holder().equals(holder)).isPresent()
            ? new Taken.Mine(held, withUnsaved(ServerState.spent(after, clock.instant())))
            : new Taken.Not(
                new Refused(
                    "the McpServerState has no place for turns of stops, so %s was not stopped; whoever runs the operator upgrades its custom resource definitions"
                        .formatted(wish.display())));
      }
      if (!ServerState.isConflict(written)) {
        return not(wish, written, "its turn could not be noted in the McpServerState");
      }
    } while (deadline.pauseUnlessEnding(LOOK_AGAIN));
    return new Taken.Not(StopGuards.OTHERS_STOP);
  }

  private boolean isAnothers(JsonObject object) {
    return ServerState.turn(object)
        .filter(turn -> !turn.holder().equals(holder))
        .filter(turn -> clock.instant().isBefore(turn.until().plus(CLOCKS_DIFFER_MAX)))
        .isPresent();
  }

  private Map<String, BudgetSpending> withUnsaved(Map<String, BudgetSpending> spent) {
    var all = new HashMap<>(unsaved);
    spent.forEach(
        (budget, spending) ->
            all.merge(budget, spending, (one, two) -> one.pods() > two.pods() ? one : two));
    all.values().removeIf(spending -> !clock.instant().isBefore(spending.until()));
    return Map.copyOf(all);
  }

  private Taken not(Wish wish, ApiAnswer answer, String what) {
    ApiFailure failure = ApiFailure.of(wish.workload(), namespace, answer, what);
    return new Taken.Not(
        new Refused(
            "%s, so %s was not stopped; %s"
                .formatted(failure.why(), wish.display(), failure.whatToDo())));
  }

  /**
   * Ends it. Where that fails it ends by itself, long after Kubernetes has counted what was taken.
   *
   * @param spent by name of the budget, with what was taken before
   */
  void end(Map<String, BudgetSpending> spent) {
    unsaved = withUnsaved(spent);
    Deadline deadline = Deadline.after(END_TIMEOUT);
    do {
      ApiAnswer read = state.read(api.within(deadline.left()));
      if (read instanceof ApiAnswer.Ok(JsonObject object)) {
        boolean isMine =
            ServerState.turn(object).filter(turn -> turn.holder().equals(holder)).isPresent();
        if (!isMine // an answer was lost, or it took too long
            || state.endTurn(object, unsaved, clock.instant(), api.within(deadline.left()))
                instanceof ApiAnswer.Ok) {
          unsaved = isMine ? Map.of() : unsaved;
          return;
        }
      }
    } while (deadline.pause(LOOK_AGAIN));
  }

  /** A turn as it stands in the state. */
  record Turn(String holder, Instant until) {

    static Optional<Turn> of(JsonObject object) {
      return object
          .string("holder")
          .map(holder -> new Turn(holder, ServerState.instant(object, "until")));
    }
  }
}
