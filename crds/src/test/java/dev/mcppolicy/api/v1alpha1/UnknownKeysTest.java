// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.api.v1alpha1;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.List;
import org.junit.jupiter.api.Test;

/** T120: a misspelt key is refused with its place, on every level. */
final class UnknownKeysTest {
  private static final KubernetesSerialization SERIALIZATION = new KubernetesSerialization();

  private static final String SERVER =
      """
      apiVersion: mcppolicy.dev/v1alpha1
      kind: McpServer
      metadata: {name: vllm, namespace: inference}
      spec:
        deployment:
          image: a
          enviroment: []
          env:
          - {name: A, valueFrom: {secretKeyRef: {name: s, key: k, optinal: true}}}
        transport:
          stdio: {container: server, comand: [vllm-mcp-server]}
        tool_mapping: none
        workloads:
        - name: vllm-server
          default: true
          target: {apiVersion: apps/v1, kind: Deployment, name: vllm, nmaespace: other}
          modle: null
      """;

  @Test
  void namesEveryUnknownKeyWithItsPlace() {
    assertEquals(
        List.of(
            "spec.deployment.enviroment: unknown key `enviroment`; allowed are env, image, replicas",
            "spec.deployment.env[0].valueFrom.secretKeyRef.optinal: unknown key `optinal`; allowed are key, name",
            "spec.transport.stdio.comand: unknown key `comand`; allowed are command, container (did you mean `command`?)",
            "spec.tool_mapping: unknown key `tool_mapping`; allowed are capabilities, deployment, docker, toolMapping, transport, workloads (did you mean `toolMapping`?)",
            "spec.workloads[0].target.nmaespace: unknown key `nmaespace`; allowed are apiVersion, kind, name, resource, selector",
            "spec.workloads[0].modle: unknown key `modle`; allowed are default, drain, minReadyReplicas, model, name, pauseScaledObject, target (did you mean `model`?)"),
        texts(UnknownKeys.of("McpServer", SERIALIZATION.unmarshal(SERVER, JsonNode.class))));
  }

  @Test
  void typesKeepUnknownKeysSoThatTheyAreFoundThere() {
    McpServer typed = SERIALIZATION.unmarshal(SERVER, McpServer.class);
    assertEquals(
        UnknownKeys.of("McpServer", SERIALIZATION.unmarshal(SERVER, JsonNode.class)).stream()
            .map(UnknownKeys.UnknownKey::toString)
            .sorted()
            .toList(),
        texts(UnknownKeys.of(typed)).stream().sorted().toList());
  }

  @Test
  void doesNotLookIntoTheRulesOfAPolicy() {
    HasMetadata policy =
        SERIALIZATION.unmarshal(
            """
            apiVersion: mcppolicy.dev/v1alpha1
            kind: McpPolicy
            metadata: {name: p}
            spec:
              servers: [{name: vllm, namespce: other}]
              grant: [{name: ops-agent}]
              version: "1"
              default: deny
              tools: {stop_vllm: {limitz: []}}
            """,
            McpPolicy.class);
    assertEquals(
        List.of(
            "spec.servers[0].namespce: unknown key `namespce`; allowed are name",
            "spec.grant: unknown key `grant`; allowed are allTools, audit, default, grants, hide, mode, prompts, resources, servers, tests, tools, version (did you mean `grants`?)"),
        texts(UnknownKeys.of(policy)));
  }

  @Test
  void acceptsEveryKnownKeyOfAGrant() {
    McpGrant grant =
        SERIALIZATION.unmarshal(
            """
            apiVersion: mcppolicy.dev/v1alpha1
            kind: McpGrant
            metadata: {name: agent}
            spec:
              server: {name: vllm}
              identity: {bearer: {secretName: own}}
              expiresAt: 2027-01-01T00:00:00Z
            """,
            McpGrant.class);
    assertEquals(List.of(), UnknownKeys.of(grant));
    assertEquals(
        2027,
        grant
            .getSpec()
            .expiresAtInstant()
            .orElseThrow()
            .atZone(java.time.ZoneOffset.UTC)
            .getYear());
    assertEquals(
        "own",
        SERIALIZATION
            .convertValue(grant, JsonNode.class)
            .at("/spec/identity/bearer/secretName")
            .asText());
  }

  private static List<String> texts(List<UnknownKeys.UnknownKey> keys) {
    return keys.stream().map(UnknownKeys.UnknownKey::toString).toList();
  }
}
