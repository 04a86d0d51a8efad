// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;

/**
 * What the operator says of a policy. Each condition carries its own observedGeneration.
 *
 * @param warnings what may be a mistake in the present generation, one line each that begins with
 *     its place; the policy is valid all the same
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record McpPolicyStatus(
    @Size(max = 16) List<Condition> conditions,
    @JsonPropertyDescription(
            "What may be a mistake, with its place. The policy is valid all the same.")
        @Size(max = WARNINGS_MAX)
        List<String> warnings) {
  /** More are only counted, in the last one. */
  public static final int WARNINGS_MAX = 32;

  public McpPolicyStatus {
    conditions = conditions == null ? List.of() : List.copyOf(conditions);
    warnings = warnings == null ? List.of() : List.copyOf(warnings);
  }
}
