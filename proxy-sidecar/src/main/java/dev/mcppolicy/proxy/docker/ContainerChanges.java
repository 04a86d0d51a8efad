// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.docker;

import dev.mcppolicy.bundle.Workload;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.proxy.workload.ActRecord;
import dev.mcppolicy.proxy.workload.Deadline;
import dev.mcppolicy.proxy.workload.WorkloadChange;
import dev.mcppolicy.proxy.workload.WorkloadChange.Made;
import java.util.Optional;

/** Makes changes of containers and notes them, those of which it is not known whether they were. */
final class ContainerChanges {
  private static final int NOT_MODIFIED = 304;

  private final Engine engine;

  ContainerChanges(Engine engine) {
    this.engine = engine;
  }

  /** What shall be done. */
  record Change(Workload workload, Container container, Made made) {}

  EngineReply<Optional<JsonObject>> make(
      Change change, String method, String path, Deadline deadline) {
    EngineReply<Optional<JsonObject>> reply = engine.json(method, path, deadline.left());
    switch (reply) {
      case EngineReply.Done<?>(int status, Object _) -> {
        if (status != NOT_MODIFIED) {
          note(change, true);
        }
      }
      case EngineReply.Denied<?>(int status, String _) -> {
        if (status >= 500) {
          note(change, false);
        }
      }
      case EngineReply.NoAnswer<?> _ -> note(change, false);
      case EngineReply.NotSent<?> _ -> {}
    }
    return reply;
  }

  private void note(Change change, boolean isConfirmed) {
    ActRecord.current()
        .ifPresent(
            act ->
                act.add(
                    WorkloadChange.container(
                        change.workload(),
                        engine.where(),
                        change.container().id(),
                        change.made(),
                        isConfirmed)));
  }
}
