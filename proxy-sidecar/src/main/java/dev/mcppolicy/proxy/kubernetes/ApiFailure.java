// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.kubernetes;

import dev.mcppolicy.bundle.Workload;

/**
 * What to tell a caller about an answer that is not the one that was wanted.
 *
 * @param why a clause with the cause
 * @param whatToDo a clause for whoever can mend it
 * @param mayHaveChanged false only when the target provably is as it was
 * @param mayPass whether the same may be answered well a moment later
 */
record ApiFailure(String why, String whatToDo, boolean mayHaveChanged, boolean mayPass) {

  /** One that stays. */
  ApiFailure(String why, String whatToDo, boolean mayHaveChanged) {
    this(why, whatToDo, mayHaveChanged, false);
  }

  /** One after which nobody knows what was changed. */
  ApiFailure(String why, String whatToDo) {
    this(why, whatToDo, true);
  }

  /** The same, before anything was changed. */
  ApiFailure unchanged() {
    return new ApiFailure(why, whatToDo, false, mayPass);
  }

  /**
   * @param what a clause that says what did not come about
   */
  static ApiFailure of(Workload workload, String namespace, ApiAnswer answer, String what) {
    return switch (answer) {
      case ApiAnswer.Ok _ ->
          new ApiFailure(
              what + ": the API server's answer cannot be read",
              "try again; tell who runs the cluster if it stays so");
      case ApiAnswer.Denied(int status, String _, String message) ->
          new ApiFailure(
              what + ": " + message,
              switch (status) {
                case 401, 403 ->
                    "who runs the operator must see why this pod's ServiceAccount lacks the right:"
                        + " is the workload still listed in the McpServer?";
                case 404 ->
                    "create %s `%s` in namespace `%s`, or correct the target of workload `%s` in the McpServer"
                        .formatted(
                            workload.target().kind(),
                            workload.target().name(),
                            namespace,
                            workload.name());
                case 429, 500, 503, 504 -> "try again in a moment";
                default -> "mend what the API server says, then try again";
              },
              true,
              status == 429 || status >= 500);
      case ApiAnswer.Unreachable(String why) ->
          new ApiFailure(
              what + ": the API server was not reached: " + why,
              "try again; if it was a change that was not answered, look at the workload first",
              true,
              true);
    };
  }
}
