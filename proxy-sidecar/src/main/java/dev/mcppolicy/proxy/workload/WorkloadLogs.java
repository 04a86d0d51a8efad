// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.workload;

import java.util.List;

/** The last lines that a workload wrote, or why there are none. */
public sealed interface WorkloadLogs {

  record Read(List<Source> sources) implements WorkloadLogs {
    public Read {
      sources = List.copyOf(sources);
    }
  }

  /**
   * One container.
   *
   * @param name where it runs, as a person looks for it
   * @param state what is known of it beside its log; may be empty
   * @param text as it was written: untrusted
   * @param isCut whether older text was left out
   */
  record Source(String name, String state, String text, boolean isCut) {}

  record Failed(String why, String whatToDo) implements WorkloadLogs {}

  /**
   * It may not be read.
   *
   * @param why one clause with how to switch it on
   */
  record Refused(String why) implements WorkloadLogs {}
}
