// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.crd.generator.annotation.PreserveUnknownFields;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * References, then the policy document. The document is kept as it was written, in either spelling
 * of its keys: what it means, and whether it is valid, is for the policy engine's reader to say.
 *
 * @param grants null: every grant of the servers
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record McpPolicySpec(
    @JsonPropertyDescription("The servers that this policy is for.")
        @Required
        @Size(min = 1, max = 64)
        List<Reference> servers,
    @JsonPropertyDescription("The grants that it is for. Absent: every grant of those servers.")
        @Size(min = 1, max = 256)
        @Nullable List<Reference> grants,
    @JsonPropertyDescription("The version of the policy document: \"1\".") @Size(max = 64)
        @Nullable String version,
    @JsonPropertyDescription("allow or deny: for tools that no rule names.")
        @JsonProperty("default")
        @Size(max = 64)
        @Nullable String defaultAction,
    @JsonPropertyDescription(
            "enforce (when absent) or audit: record what would have happened and let the call go.")
        @Size(max = 64)
        @Nullable String mode,
    @JsonPropertyDescription(
            "best-effort (when absent) or required: deny a call whose decision cannot be recorded.")
        @Size(max = 64)
        @Nullable String audit,
    @JsonPropertyDescription(
            "Names of tools that are treated as if the server did not have them; \"*\": all.")
        @PreserveUnknownFields
        @Nullable JsonNode hide,
    @JsonPropertyDescription("Limits over every call of every tool.") @PreserveUnknownFields
        @Nullable JsonNode allTools,
    @JsonPropertyDescription("The rules, by the exact name of the tool.") @PreserveUnknownFields
        @Nullable JsonNode tools,
    @JsonPropertyDescription(
            "The rules, by the exact URI of the resource, and default: allow or deny (when absent).")
        @PreserveUnknownFields
        @Nullable JsonNode resources,
    @JsonPropertyDescription(
            "The rules, by the exact name of the prompt, and default: allow or deny (when absent).")
        @PreserveUnknownFields
        @Nullable JsonNode prompts,
    @JsonPropertyDescription(
            "Calls and the decisions that are expected of them. While one fails, this generation is not used.")
        @PreserveUnknownFields
        @Nullable JsonNode tests,
    @JsonAnySetter @JsonAnyGetter Map<String, Object> unknown) {

  public McpPolicySpec {
    servers = servers == null ? List.of() : List.copyOf(servers);
    grants = grants == null ? null : List.copyOf(grants);
    unknown = UnknownKeys.kept(unknown);
  }
}
