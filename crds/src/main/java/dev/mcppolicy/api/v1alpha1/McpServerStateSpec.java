// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * @param pods by name of the pod
 * @param workloads by name of the workload
 * @param turn of the sidecar that takes a workload down which a floor or a budget holds for
 * @param spent by name of the PodDisruptionBudget
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record McpServerStateSpec(
    @JsonPropertyDescription("The bundle that each pod acknowledged, by name of the pod.")
        Map<String, PodState> pods,
    @JsonPropertyDescription("What start_vllm goes back to, by name of the workload.")
        Map<String, WorkloadState> workloads,
    @JsonPropertyDescription(
            "The sidecar that looks at floors and budgets and takes a workload down; one at a time.")
        @Nullable Turn turn,
    @JsonPropertyDescription(
            "What stops took of PodDisruptionBudgets and Kubernetes may not count yet, by name.")
        Map<String, Spending> spent) {

  public McpServerStateSpec {
    pods = pods == null ? Map.of() : Map.copyOf(pods);
    workloads = workloads == null ? Map.of() : Map.copyOf(workloads);
    spent = spent == null ? Map.of() : Map.copyOf(spent);
  }

  /**
   * A turn of one sidecar.
   *
   * @param until when it is over, whatever became of the sidecar
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Turn(@Size(max = 64) String holder, @Size(max = 64) String until) {}

  /** What was taken of a budget. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Spending(
      @Min(0) @Max(Integer.MAX_VALUE) Integer pods, @Size(max = 64) String until) {}

  /** The bundle that a pod decides by. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record PodState(
      @Size(max = 64) String uid,
      @Min(0) @Max(9_007_199_254_740_991L) Long sequence,
      @Size(max = 128) String digest,
      @Size(max = 64) @Nullable String acknowledgedAt) {}

  /**
   * A workload before it was stopped.
   *
   * @param decision the id of the decision that let it be stopped, as in the audit record
   * @param undoneAt when it was brought back after that stop, or was found not to have been
   *     stopped; absent as long as the stop stands
   * @param restoredAt when a person brought it back, with `kubectl mcp-policy restore`
   * @param restoredBy the person, as the API server names them
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record WorkloadState(
      @Min(0) @Max(Integer.MAX_VALUE) Integer previousReplicas,
      @Size(max = 64) @Nullable String stoppedAt,
      @Size(max = 64) @Nullable String decision,
      @Size(max = 64) @Nullable String undoneAt,
      @Size(max = 64) @Nullable String restoredAt,
      @Size(max = 256) @Nullable String restoredBy) {}
}
