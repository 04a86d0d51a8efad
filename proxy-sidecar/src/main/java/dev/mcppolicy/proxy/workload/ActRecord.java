// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.workload;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What one act changes, noted where and when it is changed. It is bound to the thread of the act:
 * what acts on workloads need not be told for whom it does, and cannot note a change of one act as
 * that of another.
 *
 * <p>Safe for use by many threads.
 */
public final class ActRecord {
  private static final ScopedValue<ActRecord> CURRENT = ScopedValue.newInstance();

  /** An act makes one or two; what would make more than these is no act of one call. */
  private static final int CHANGES_MAX = 64;

  private final Cause cause;
  private final List<WorkloadChange> changes = new ArrayList<>();

  public ActRecord(Cause cause) {
    this.cause = cause;
  }

  /** The one of the act that this thread carries out; empty outside of one. */
  public static Optional<ActRecord> current() {
    return CURRENT.isBound() ? Optional.of(CURRENT.get()) : Optional.empty();
  }

  /** Carries an act out on this thread. */
  public <T> T of(Supplier<T> act) {
    return ScopedValue.where(CURRENT, this).call(act::get);
  }

  public Cause cause() {
    return cause;
  }

  public synchronized void add(WorkloadChange change) {
    if (changes.size() < CHANGES_MAX) {
      changes.add(change);
    }
  }

  /** In the order in which they were made. */
  public synchronized List<WorkloadChange> changes() {
    return List.copyOf(changes);
  }
}
