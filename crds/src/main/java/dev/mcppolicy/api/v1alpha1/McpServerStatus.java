// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the operator says of a server. Each condition carries its own observedGeneration. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record McpServerStatus(
    @JsonPropertyDescription("The endpoint for clients in the cluster.") @Nullable String url,
    @JsonPropertyDescription("How many policies are in the bundle.") @Nullable Integer policies,
    @JsonPropertyDescription("How many grants are in the bundle.") @Nullable Integer grants,
    @Size(max = 16) List<Condition> conditions) {

  public McpServerStatus {
    conditions = conditions == null ? List.of() : List.copyOf(conditions);
  }
}
