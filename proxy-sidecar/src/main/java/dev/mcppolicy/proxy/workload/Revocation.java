// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.workload;

import java.util.Optional;
import java.util.function.Supplier;

/**
 * Whether what allowed an act has been taken back while the act waited. It is bound to the thread
 * of the act, as {@link ActRecord} is, and asked right before something is taken down.
 */
public final class Revocation {
  private static final ScopedValue<Revocation> CURRENT = ScopedValue.newInstance();
  private final Supplier<Optional<String>> reason;

  /**
   * @param reason why the act is not allowed any more, as a clause; empty while it is. Asked on the
   *     thread of the act, any number of times
   */
  public Revocation(Supplier<Optional<String>> reason) {
    this.reason = reason;
  }

  /** Carries an act out on this thread. */
  public <T> T over(Supplier<T> act) {
    return ScopedValue.where(CURRENT, this).call(act::get);
  }

  /** Why this thread's act is not allowed any more; empty while it is, and outside of one. */
  public static Optional<String> reason() {
    return CURRENT.isBound() ? CURRENT.get().reason.get() : Optional.empty();
  }
}
