// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.enforce;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** Holds the one policy that is active. Safe for use by many threads. */
public final class PolicySwitch {
  private final AtomicReference<Optional<ActivePolicy>> active =
      new AtomicReference<>(Optional.empty());

  /** Empty until there is one: every call is denied. */
  public Optional<ActivePolicy> active() {
    return active.get();
  }

  /** From the return of this on, every call that begins is decided by that policy. */
  public void activate(ActivePolicy policy) {
    active.set(Optional.of(policy));
  }
}
