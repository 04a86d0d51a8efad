// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

import java.util.Comparator;

/**
 * Which policy, at which generation.
 *
 * @param namespace empty for a policy that came from a file
 */
public record PolicyId(String namespace, String name, long generation)
    implements Comparable<PolicyId> {
  private static final Comparator<PolicyId> ORDER =
      Comparator.comparing(PolicyId::namespace)
          .thenComparing(PolicyId::name)
          .thenComparingLong(PolicyId::generation);

  /** {@code inference/vllm-operations}, or the name alone for a file. */
  public String display() {
    return namespace.isEmpty() ? name : namespace + "/" + name;
  }

  @Override
  public int compareTo(PolicyId other) {
    return ORDER.compare(this, other);
  }
}
