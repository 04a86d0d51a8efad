// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.workload;

import dev.mcppolicy.json.JsonValue.JsonObject;
import java.util.List;
import java.util.OptionalInt;

/** What became of stopping, starting or restarting a workload. */
public sealed interface WorkloadOutcome {

  /**
   * It was changed.
   *
   * @param did what, as a clause about the target
   * @param previousReplicas how many it had before; empty when that says nothing
   * @param remarks whole sentences about what the caller could else expect
   * @param facts for machines, beside the replicas
   */
  record Changed(
      String did,
      OptionalInt previousReplicas,
      WorkloadReplicas now,
      List<String> remarks,
      JsonObject facts)
      implements WorkloadOutcome {
    public Changed {
      remarks = List.copyOf(remarks);
    }

    /** One of which the replicas say everything. */
    public Changed(
        String did, OptionalInt previousReplicas, WorkloadReplicas now, List<String> remarks) {
      this(did, previousReplicas, now, remarks, JsonObject.EMPTY);
    }
  }

  /**
   * Nothing was changed: the workload was already wanted stopped, or already wanted running.
   *
   * @param keptReplicas what a start returns to, when a stop has kept it
   */
  record AlreadyThere(WorkloadReplicas now, OptionalInt keptReplicas, List<String> remarks)
      implements WorkloadOutcome {
    public AlreadyThere {
      remarks = List.copyOf(remarks);
    }
  }

  /**
   * It was tried and did not, or not wholly, come about.
   *
   * @param why one clause with the cause and with how it stands now
   * @param whatToDo one clause for whoever can mend it
   * @param mayHaveChanged false only when the workload provably is wanted as it was before
   */
  record Failed(String why, String whatToDo, boolean mayHaveChanged) implements WorkloadOutcome {}

  /**
   * It was not tried.
   *
   * @param why one clause with what to do
   * @param facts for machines: what it was refused for, and the numbers
   */
  record Refused(String why, JsonObject facts) implements WorkloadOutcome {

    /** One that has no numbers. */
    public Refused(String why) {
      this(why, JsonObject.EMPTY);
    }
  }
}
