// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.e2e;

/** Resources that many tests need, as a user would write them. */
final class Manifests {
  private Manifests() {}

  /** A managed server whose one workload is the Deployment `workload`, called `vllm-server`. */
  static String server(String name, String workload) {
    return """
        apiVersion: mcppolicy.dev/v1alpha1
        kind: McpServer
        metadata: {name: %s}
        spec:
          deployment:
            image: docker.io/local/vllm-mcp-server:0.1.4
            env: [{name: VLLM_BASE_URL, value: "http://%s:8000"}]
          transport: {stdio: {container: server, command: [vllm-mcp-server]}}
          workloads:
          - {name: vllm-server, default: true, target: {apiVersion: apps/v1, kind: Deployment, name: %s}}
        """
        .formatted(name, workload, workload);
  }

  static String grant(String name, String server) {
    return """
        apiVersion: mcppolicy.dev/v1alpha1
        kind: McpGrant
        metadata: {name: %s}
        spec: {server: {name: %s}, identity: {bearer: {}}}
        """
        .formatted(name, server);
  }

  /** A policy for one server and all its grants; `tools` is the YAML flow mapping of its rules. */
  static String policy(String name, String server, String tools) {
    return """
        apiVersion: mcppolicy.dev/v1alpha1
        kind: McpPolicy
        metadata: {name: %s}
        spec:
          servers: [{name: %s}]
          version: "1"
          default: deny
          tools: %s
        """
        .formatted(name, server, tools);
  }
}
