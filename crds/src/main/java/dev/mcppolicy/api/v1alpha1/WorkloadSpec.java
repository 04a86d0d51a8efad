// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Something that a container tool may act on.
 *
 * @param model null: what start_vllm asks for is not compared
 * @param minReadyReplicas null: none has to be left
 * @param drain null: a stop waits for no requests
 * @param pauseScaledObject null: a ScaledObject is left alone, so that what it scales is not
 *     stopped
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@ValidationRule(
    value =
        "self.target.kind != 'Container' || !(has(self.minReadyReplicas) || has(self.drain) || has(self.pauseScaledObject))",
    message =
        "minReadyReplicas, drain and pauseScaledObject are for what the cluster runs; leave them out of a workload whose target is a Container")
public record WorkloadSpec(
    @JsonPropertyDescription("What a caller may write as container_name.")
        @Required
        @Size(min = 1, max = 253)
        @Pattern("^[a-zA-Z0-9][a-zA-Z0-9_.-]*$")
        String name,
    @JsonPropertyDescription("Used when container_name is absent. True on at most one workload.")
        @JsonProperty("default")
        @Nullable Boolean isDefault,
    @JsonPropertyDescription("What is acted on, in the namespace of the server.") @Required
        TargetSpec target,
    @JsonPropertyDescription("The one model that start_vllm may ask for.") @Size(min = 1, max = 512)
        @Nullable String model,
    @JsonPropertyDescription(
            "How many ready replicas of the same model a stop or restart must leave among the workloads of this server. A workload without model counts alone.")
        @Min(0)
        @Max(10_000)
        @Nullable Integer minReadyReplicas,
    @JsonPropertyDescription(
            "Wait for running requests, as the pods' own vLLM metrics count them, before a stop or restart scales down. Needs the capability Pods or Logs.")
        @Nullable DrainSpec drain,
    @JsonPropertyDescription(
            "A KEDA ScaledObject that scales it: stop_vllm pauses it and start_vllm releases it.")
        @Size(min = 1, max = 253)
        @Pattern("^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$")
        @Nullable String pauseScaledObject,
    @JsonAnySetter @JsonAnyGetter Map<String, Object> unknown) {

  public WorkloadSpec {
    unknown = UnknownKeys.kept(unknown);
  }
}
