// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.audit;

import dev.mcppolicy.engine.Decision;
import dev.mcppolicy.engine.Grant;
import dev.mcppolicy.engine.document.Subject;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.proxy.workload.WorkloadChange;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Something that is recorded. */
public sealed interface AuditEvent {

  /**
   * A call was decided; written before anything is done about it.
   *
   * @param decisionId links decision and outcome; unique in this process
   * @param subject as the caller wrote it
   * @param isKnownTool whether that is the name of a tool; any other name is shortened and escaped
   * @param isCounted false when the call was allowed and not made, because it could not be counted
   */
  record Decided(
      Instant time,
      String decisionId,
      Grant grant,
      Subject subject,
      boolean isKnownTool,
      Decision decision,
      boolean isCounted,
      long bundleSequence)
      implements AuditEvent {}

  /**
   * What a call that was not let pass would have done, or one in audit mode was about to do.
   *
   * @param preview as the caller was told
   */
  record Previewed(Instant time, String decisionId, JsonObject preview) implements AuditEvent {}

  /**
   * What became of an allowed call.
   *
   * @param outcome {@code answered}, {@code tool_error}, {@code refused} (by the server), {@code
   *     failed} (no answer; the call may have had an effect) or {@code not_sent}
   * @param changes of workloads that were made for it, in their order
   */
  record Ended(
      Instant time, String decisionId, String outcome, Duration took, List<WorkloadChange> changes)
      implements AuditEvent {
    public Ended {
      changes = List.copyOf(changes);
    }
  }

  /**
   * A message of a proven grant that was no call to decide on.
   *
   * @param code of the JSON-RPC error it was answered with
   * @param text why, as the caller was told
   */
  record Refused(Instant time, Grant grant, int code, String text) implements AuditEvent {}
}
