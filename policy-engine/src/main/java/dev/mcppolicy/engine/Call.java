// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

import dev.mcppolicy.engine.document.Subject;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.util.Optional;

/**
 * One call to decide: of a tool, or for a resource or a prompt.
 *
 * @param subject as the caller wrote it; any string
 * @param arguments empty when the caller sent none
 * @param workload what a container tool would act on; empty for calls that act on none
 */
public record Call(
    Subject subject, JsonObject arguments, Caller caller, Optional<CalledWorkload> workload) {

  /** A call of a tool that acts on no workload, in a session of no name. */
  public static Call ofTool(String tool, JsonObject arguments, Grant grant) {
    return new Call(Subject.tool(tool), arguments, new Caller(grant, ""), Optional.empty());
  }
}
