// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * @param deployment null: the pods are somebody else's and carry the label themselves
 * @param docker null: no target is a container
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@ValidationRule(
    value =
        "!has(self.workloads) || !self.workloads.exists(w, has(w.drain)) || (has(self.capabilities) && self.capabilities.exists(c, c == 'Pods' || c == 'Logs' || c == 'DeletePods'))",
    message =
        "a workload with drain needs `capabilities: [Pods]` (or Logs or DeletePods, which include it): the sidecar finds the addresses of its pods in their list")
@ValidationRule(
    value =
        "has(self.docker) || !has(self.workloads) || !self.workloads.exists(w, w.target.kind == 'Container')",
    message =
        "a target of the kind Container needs spec.docker, which says where the engine is and how it is reached")
@ValidationRule(
    value =
        "!has(self.docker) || (has(self.workloads) && self.workloads.exists(w, w.target.kind == 'Container'))",
    message =
        "spec.docker is for targets of the kind Container, and no workload has one; declare one, or leave spec.docker out")
public record McpServerSpec(
    @JsonPropertyDescription(
            "With it the operator runs the MCP server in a Deployment of its own. Without it, label the pods of an existing one with mcppolicy.dev/server.")
        @Nullable DeploymentSpec deployment,
    @JsonPropertyDescription("How the sidecar reaches the MCP server.") @Required
        TransportSpec transport,
    @JsonPropertyDescription(
            "Whose container tools the sidecar carries out itself; none sends all tools to the MCP server.")
        @Default("vllm-mcp-server")
        ToolMapping toolMapping,
    @JsonPropertyDescription("The only things that a container tool may touch.")
        @Size(max = 64)
        @ValidationRule(
            value = "self.all(a, self.exists_one(b, b.name == a.name))",
            message = "two workloads have the same name")
        @ValidationRule(
            value = "self.filter(w, has(w.default) && w.default).size() <= 1",
            message = "at most one workload may be the default")
        List<WorkloadSpec> workloads,
    @JsonPropertyDescription(
            "The container engine of another machine, for targets of the kind Container. Whoever holds a full client certificate of an engine has that machine: see docs/concepts/workloads.md.")
        @Nullable DockerSpec docker,
    @JsonPropertyDescription(
            "Rights over every pod of the namespace, off unless listed. Pods: the sidecar lists pods, for drain and to see what a stop cuts and what is still ending. Logs: it also reads their logs, for get_vllm_logs. DeletePods: it lists and deletes pods, for stop_vllm of a target of the kind Pods.")
        @Size(max = 4)
        List<Capability> capabilities,
    @JsonAnySetter @JsonAnyGetter Map<String, Object> unknown) {

  public McpServerSpec {
    toolMapping = toolMapping == null ? ToolMapping.VLLM_MCP_SERVER : toolMapping;
    workloads = workloads == null ? List.of() : List.copyOf(workloads);
    capabilities = capabilities == null ? List.of() : List.copyOf(capabilities);
    unknown = UnknownKeys.kept(unknown);
  }
}
