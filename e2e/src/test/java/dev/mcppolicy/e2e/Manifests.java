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

  /** A stand-in for vLLM with its Service; one word of a completion takes `tokenDelay`. */
  static String modelServer(String name, int replicas, String tokenDelay) {
    return """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: %1$s}
        spec:
          replicas: %2$d
          selector: {matchLabels: {app: %1$s}}
          template:
            metadata: {labels: {app: %1$s}}
            spec:
              automountServiceAccountToken: false
              terminationGracePeriodSeconds: 2
              containers:
              - name: vllm
                image: docker.io/local/vllm-standin:1
                imagePullPolicy: IfNotPresent
                env: [{name: VLLM_TOKEN_DELAY, value: %3$s}]
                readinessProbe: {httpGet: {path: /health, port: 8000}, periodSeconds: 1}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: %1$s}
        spec: {selector: {app: %1$s}, ports: [{port: 8000}]}
        """
        .formatted(name, replicas, tokenDelay);
  }

  /** A model server whose pods take so many seconds to end, whatever they work on. */
  static String slowToEnd(String modelServer, int seconds) {
    return modelServer
        .replace(
            "terminationGracePeriodSeconds: 2", "terminationGracePeriodSeconds: " + (seconds + 2))
        .replace(
            "- name: vllm\n",
            "- name: vllm\n        lifecycle: {preStop: {sleep: {seconds: %d}}}\n"
                .formatted(seconds));
  }

  /** A pod to try things from, with busybox and `probe`, that nobody guards. */
  static String bystander(String name) {
    return """
        apiVersion: v1
        kind: Pod
        metadata: {name: %s}
        spec:
          automountServiceAccountToken: false
          terminationGracePeriodSeconds: 0
          containers:
          - {name: main, image: "docker.io/local/pause:1", imagePullPolicy: IfNotPresent}
        """
        .formatted(name);
  }

  /** A pod of the server that somebody else made; `more` are further lines of its spec. */
  static String labelledPod(String name, String server, String more) {
    return """
        apiVersion: v1
        kind: Pod
        metadata: {name: %s, labels: {mcppolicy.dev/server: %s}}
        spec:
          terminationGracePeriodSeconds: 0
        %s
          containers:
          - {name: server, image: "docker.io/local/vllm-mcp-server:0.1.4", imagePullPolicy: IfNotPresent, command: [vllm-mcp-server]}
        """
        .formatted(name, server, more.indent(2).stripTrailing());
  }
}
