// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;

/** What the operator says of a policy. Each condition carries its own observedGeneration. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record McpPolicyStatus(@Size(max = 16) List<Condition> conditions) {

  public McpPolicyStatus {
    conditions = conditions == null ? List.of() : List.copyOf(conditions);
  }
}
