// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.admission;

import java.util.Optional;

/** A part that must be up before the operator is Ready. Asked by many threads, never blocks. */
@FunctionalInterface
public interface Readiness {
  /** What is still missing; empty when the part is up. */
  Optional<String> missing();
}
