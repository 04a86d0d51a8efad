// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.kubernetes;

import dev.mcppolicy.bundle.Safeguards;
import dev.mcppolicy.json.JsonValue.JsonNumber;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.proxy.kubernetes.StopGuards.Wish;
import dev.mcppolicy.proxy.workload.Deadline;
import dev.mcppolicy.proxy.workload.WorkloadOutcome.Refused;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The PodDisruptionBudgets of a workload's pods. Kubernetes holds them against evictions and not
 * against scaling, so a stop asks them itself: it has to fit whole into what they allow now.
 */
final class Budgets {
  /**
   * Until Kubernetes has surely counted what we took: its own count comes a moment later, and the
   * clocks of two sidecars differ.
   */
  private static final Duration COUNTED_AFTER =
      Duration.ofSeconds(15).plus(SharedTurn.CLOCKS_DIFFER_MAX);

  private final ApiServer api;
  private final String namespace;

  Budgets(ApiServer api, String namespace) {
    this.api = api;
    this.namespace = namespace;
  }

  /**
   * Why it may not be taken down; empty when it may.
   *
   * @param own of the workload itself
   * @param spent what other stops have taken
   */
  Optional<Refused> refused(
      Wish wish, Readiness own, Map<String, BudgetSpending> spent, Deadline deadline) {
    if (wish.safeguards().budgets().isEmpty()) {
      return Optional.empty();
    }
    return switch (own) {
      case Readiness.Stopped _ -> Optional.empty();
      case Readiness.NotKnown(String why, String whatToDo) ->
          Optional.of(
              new Refused(
                  "how many pods of %s are ready is not known, so PodDisruptionBudget `%s` cannot be held: %s; nothing was changed, %s"
                      .formatted(
                          wish.display(), wish.safeguards().budgets().getFirst(), why, whatToDo),
                  JsonObject.builder().put("refusedBy", "PodDisruptionBudget").build()));
      case Readiness.Ready _ when wish.safeguards().hasMoreBudgets() ->
          Optional.of(
              new Refused(
                  "more than %d PodDisruptionBudgets may hold for %s, and no more are looked at; nothing was changed, whoever owns them can put one in the place of many"
                      .formatted(Safeguards.BUDGETS_MAX, wish.display()),
                  JsonObject.builder().put("refusedBy", "PodDisruptionBudget").build()));
      case Readiness.Ready(int _, int pods, Set<String> _) ->
          wish.safeguards().budgets().stream()
              .flatMap(
                  budget -> refused(wish, budget, pods, taken(spent, budget), deadline).stream())
              .findFirst();
    };
  }

  private Optional<Refused> refused(
      Wish wish, String budget, int ready, long taken, Deadline deadline) {
    String path =
        "/apis/policy/v1/namespaces/%s/poddisruptionbudgets/%s".formatted(namespace, budget);
    ApiAnswer answer = api.get(path, api.within(deadline.left()));
    if (!(answer instanceof ApiAnswer.Ok(JsonObject object))) {
      ApiFailure failure = ApiFailure.of(wish.workload(), namespace, answer, "it cannot be read");
      return no(
          budget,
          "holds for %s and %s; nothing was changed, try again in a moment"
              .formatted(wish.display(), failure.why()),
          JsonObject.builder());
    }
    if (number(object, "status", "observedGeneration") < number(object, "metadata", "generation")) {
      return no(
          budget,
          "was changed and Kubernetes has not counted by it yet; nothing was changed, try again in a moment",
          JsonObject.builder());
    }
    long allowed = Math.max(0, number(object, "status", "disruptionsAllowed") - taken);
    return allowed >= ready
        ? Optional.empty()
        : no(
            budget,
            "lets %d of its pods go now, and a stop of %s takes %d that are ready; nothing was changed, %s"
                .formatted(
                    allowed,
                    wish.display(),
                    ready,
                    taken > 0
                        ? "another stop has just taken some, try again in a moment"
                        : "whoever owns the budget can allow more"),
            JsonObject.builder()
                .put("podDisruptionBudget", budget)
                .put("disruptionsAllowed", allowed)
                .put("readyReplicas", ready));
  }

  private static Optional<Refused> no(String budget, String why, JsonObject.Builder facts) {
    return Optional.of(
        new Refused(
            "PodDisruptionBudget `" + budget + "` " + why,
            facts.put("refusedBy", "PodDisruptionBudget").build()));
  }

  private static long taken(Map<String, BudgetSpending> spent, String budget) {
    return Optional.ofNullable(spent.get(budget)).map(BudgetSpending::pods).orElse(0L);
  }

  /** What a stop has taken, with what others took before. */
  static Map<String, BudgetSpending> spent(
      Wish wish, Readiness before, Map<String, BudgetSpending> earlier, Instant now) {
    int pods = before instanceof Readiness.Ready ready ? ready.pods() : 0;
    return wish.safeguards().budgets().stream()
        .collect(
            Collectors.toUnmodifiableMap(
                budget -> budget,
                budget ->
                    new BudgetSpending(taken(earlier, budget) + pods, now.plus(COUNTED_AFTER)),
                (one, _) -> one));
  }

  /** Zero when it is not there: then nothing is allowed. */
  private static long number(JsonObject object, String part, String name) {
    return object
        .object(part)
        .flatMap(found -> found.get(name))
        .filter(JsonNumber.class::isInstance)
        .map(JsonNumber.class::cast)
        .flatMap(JsonNumber::integer)
        .orElse(0L);
  }
}
