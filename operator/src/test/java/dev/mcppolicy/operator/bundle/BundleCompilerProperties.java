// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.bundle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.mcppolicy.api.v1alpha1.McpPolicy;
import dev.mcppolicy.bundle.Bundle;
import dev.mcppolicy.bundle.BundleFormat;
import dev.mcppolicy.bundle.BundleReading;
import dev.mcppolicy.operator.Resources;
import dev.mcppolicy.operator.bundle.BundleInput.ProvenGrant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Laws of the compiler. */
final class BundleCompilerProperties {

  @Property(tries = 50)
  void orderOfPoliciesAndGrantsDoesNotMatter(
      @ForAll @IntRange(min = 0, max = 12) int policies,
      @ForAll @IntRange(min = 0, max = 12) int grants,
      @ForAll long seed)
      throws Exception {
    List<McpPolicy> somePolicies = new ArrayList<>();
    for (int i = 0; i < policies; i++) {
      somePolicies.add(
          Resources.policy(
              "p" + i,
              i + 1,
              "{servers: [{name: vllm}], version: \"1\", default: deny, tools: {t%d: {rateLimit: {max: %d, window: 60}}}}"
                  .formatted(i, i)));
    }
    List<ProvenGrant> someGrants = new ArrayList<>();
    for (int i = 0; i < grants; i++) {
      someGrants.add(BundleCompilerTest.grant("g" + i, Integer.toHexString(i)));
    }
    Bundle inOrder = compile(somePolicies, someGrants, Optional.empty());
    Collections.shuffle(somePolicies, new Random(seed));
    Collections.shuffle(someGrants, new Random(seed));
    assertEquals(inOrder, compile(somePolicies, someGrants, Optional.empty()));
    assertSame(inOrder, compile(somePolicies, someGrants, Optional.of(inOrder)));

    Bundle read =
        switch (BundleFormat.decode(BundleFormat.encode(inOrder))) {
          case BundleReading.Accepted(Bundle bundle, String _) -> bundle;
          case BundleReading.Refused(String reason) -> throw new AssertionError(reason);
        };
    assertSame(
        read, compile(somePolicies, someGrants, Optional.of(read)), "a restart writes nothing");
  }

  private static Bundle compile(
      List<McpPolicy> policies, List<ProvenGrant> grants, Optional<Bundle> previous) {
    return BundleCompiler.compile(BundleCompilerTest.input(policies, grants, 1, previous, 0));
  }
}
