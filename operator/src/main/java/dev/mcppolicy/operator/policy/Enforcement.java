// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.policy;

import dev.mcppolicy.operator.status.Conditions;
import dev.mcppolicy.operator.watch.PodView;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Whether a generation of a policy decides every call it should: each pod that may decide calls, of
 * every server that the policy names, has acknowledged a bundle that holds it.
 */
final class Enforcement {
  static final String ENFORCED = "Enforced";

  private Enforcement() {}

  /**
   * The condition.
   *
   * @param policy metadata of the policy
   * @param servers every server it names
   * @return empty when nothing can be said yet
   */
  static Optional<Condition> of(ObjectMeta policy, List<ServerView> servers) {
    List<Lack> lacks = new ArrayList<>();
    for (ServerView server : servers) {
      switch (server) {
        case ServerView.NotYetKnown _ -> {
          return Optional.empty();
        }
        case ServerView.Missing(String name) ->
            lacks.add(new Lack("ServerNotFound", "there is no McpServer `" + name + "`"));
        case ServerView.Present present -> lack(policy, present).ifPresent(lacks::add);
      }
    }
    long generation = policy.getGeneration();
    if (lacks.isEmpty()) {
      return Optional.of(
          Conditions.isTrue(
              ENFORCED, generation, ENFORCED, "every pod decides by generation " + generation));
    }
    return Optional.of(
        Conditions.isFalse(
            ENFORCED,
            generation,
            lacks.getFirst().reason(),
            String.join("; ", lacks.stream().map(Lack::message).toList())));
  }

  private record Lack(String reason, String message) {}

  private static Optional<Lack> lack(ObjectMeta policy, ServerView.Present server) {
    if (server.published().trouble().isPresent()) {
      var trouble = server.published().trouble().get();
      return Optional.of(
          new Lack(trouble.reason(), "server `" + server.name() + "`: " + trouble.message()));
    }
    List<PodView> deciding = server.deciding();
    if (deciding.isEmpty()) {
      return Optional.of(
          new Lack(
              "NoPods",
              "no pod of server `" + server.name() + "` runs, or is about to run, a sidecar"));
    }
    Optional<String> forged = server.acknowledgements().forgedBy(deciding);
    if (forged.isPresent()) {
      return Optional.of(
          new Lack("NeverPublished", "server `" + server.name() + "`: " + forged.get()));
    }
    Optional<Long> since = server.published().since(policy.getUid(), policy.getGeneration());
    long behind =
        deciding.stream()
            .filter(
                pod ->
                    since.isEmpty()
                        || !server
                            .acknowledgements()
                            .isWithin(pod, since.get(), server.published()))
            .count();
    return behind == 0
        ? Optional.empty()
        : Optional.of(
            new Lack(
                "Pending",
                behind
                    + " of "
                    + deciding.size()
                    + " pods of server `"
                    + server.name()
                    + "` have not acknowledged generation "
                    + policy.getGeneration()));
  }
}
