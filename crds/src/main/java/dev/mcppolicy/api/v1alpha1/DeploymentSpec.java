// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import java.util.Map;

/**
 * The Deployment that the operator runs the MCP server in.
 *
 * @param replicas 0 or 1: counters are not shared between pods
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record DeploymentSpec(
    @JsonPropertyDescription("The image of the MCP server.") @Required @Size(min = 1, max = 512)
        String image,
    @JsonPropertyDescription("How many pods. At most one, because counters are not shared.")
        @Default("1")
        @Min(0)
        @Max(1)
        Integer replicas,
    @JsonPropertyDescription("Environment of the container of the MCP server.") @Size(max = 128)
        List<EnvSpec> env,
    @JsonAnySetter @JsonAnyGetter Map<String, Object> unknown) {

  public DeploymentSpec {
    replicas = replicas == null ? 1 : replicas;
    env = env == null ? List.of() : List.copyOf(env);
    unknown = UnknownKeys.kept(unknown);
  }
}
