// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.bundle;

import dev.mcppolicy.bundle.Bundle;
import dev.mcppolicy.bundle.BundledPolicy;
import dev.mcppolicy.engine.BoundPolicy;
import dev.mcppolicy.engine.Conflict;
import dev.mcppolicy.engine.PolicySet;
import dev.mcppolicy.engine.document.PolicyReader;
import dev.mcppolicy.engine.document.PolicyReading;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the sidecars of a server are given.
 *
 * @param bundle empty when none could be published yet
 * @param digest of the bundle, as sidecars acknowledge it; the empty string without one
 * @param since by uid of a policy: from which sequence on bundles hold its present generation
 * @param conflicts policies of the bundle that say opposite things
 * @param trouble why what is wanted is not what is published
 */
public record Published(
    Optional<Bundle> bundle,
    String digest,
    Map<String, Long> since,
    List<Conflict> conflicts,
    Optional<Trouble> trouble) {

  /** Nothing was published. */
  public static final Published NOTHING =
      new Published(Optional.empty(), "", Map.of(), List.of(), Optional.empty());

  public Published {
    since = Map.copyOf(since);
    conflicts = List.copyOf(conflicts);
  }

  /**
   * Why a bundle is not published.
   *
   * @param reason for a condition
   */
  public record Trouble(String reason, String message) {}

  /** This, followed by a bundle. */
  public Published with(Bundle next, String nextDigest) {
    Map<String, Long> nextSince = new HashMap<>();
    for (BundledPolicy policy : next.policies()) {
      nextSince.put(policy.uid(), holds(policy) ? since.get(policy.uid()) : next.sequence());
    }
    return new Published(
        Optional.of(next), nextDigest, nextSince, conflicts(next), Optional.empty());
  }

  /** This, with what stands in the way of something newer. */
  public Published with(Trouble why) {
    return new Published(bundle, digest, since, conflicts, Optional.of(why));
  }

  /** This, with nothing in the way. */
  public Published withoutTrouble() {
    return new Published(bundle, digest, since, conflicts, Optional.empty());
  }

  private static List<Conflict> conflicts(Bundle bundle) {
    return PolicySet.compile(
            bundle.policies().stream()
                .<BoundPolicy>mapMulti(
                    (policy, out) -> {
                      if (PolicyReader.read(policy.document())
                          instanceof PolicyReading.Valid(var read)) {
                        out.accept(new BoundPolicy(policy.id(), policy.grants(), read));
                      }
                    })
                .toList())
        .conflicts();
  }

  /**
   * From which sequence on a generation of a policy is in force without a break; empty when the
   * bundle does not hold it.
   */
  public Optional<Long> since(String policyUid, long generation) {
    return bundle.stream()
        .flatMap(held -> held.policies().stream())
        .filter(policy -> policy.uid().equals(policyUid) && policy.id().generation() == generation)
        .findFirst()
        .map(policy -> since.get(policyUid));
  }

  private boolean holds(BundledPolicy policy) {
    return since(policy.uid(), policy.id().generation()).isPresent();
  }
}
