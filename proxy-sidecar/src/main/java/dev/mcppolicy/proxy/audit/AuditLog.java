// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.audit;

/** Takes what is recorded. Safe for use by many threads. */
@FunctionalInterface
public interface AuditLog {

  /**
   * Records the event before it returns. Never throws: a record that fails is reported once.
   *
   * @return whether the event is on record: written and flushed without an error
   */
  boolean record(AuditEvent event);
}
