// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** A right of the sidecar that the cluster can only give over all pods of a namespace. */
public enum Capability {
  /** To list pods and to read their logs: for get_vllm_logs, and to see pods that are ending. */
  @JsonProperty("Logs")
  LOGS,
  /** To list pods: for a drain, to see pods that are ending, and for what a stop cuts. */
  @JsonProperty("Pods")
  PODS,
  /** To list and to delete pods: for stop_vllm of a target of the kind Pods. */
  @JsonProperty("DeletePods")
  DELETE_PODS;

  /** As it is written in a spec. */
  public String word() {
    return switch (this) {
      case LOGS -> "Logs";
      case PODS -> "Pods";
      case DELETE_PODS -> "DeletePods";
    };
  }
}
