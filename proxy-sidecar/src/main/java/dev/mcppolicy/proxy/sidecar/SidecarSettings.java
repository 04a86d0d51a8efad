// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.sidecar;

import io.micronaut.context.env.Environment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What the pod tells the sidecar, through its environment.
 *
 * @param pod POD_NAME
 * @param namespace POD_NAMESPACE
 * @param podUid POD_UID
 * @param server MCP_POLICY_SERVER, the name of the McpServer
 * @param bridgeDirectory MCP_POLICY_BRIDGE_DIR, which only the server's container shares
 * @param bridgeProgram MCP_POLICY_BRIDGE_PROGRAM, the bridge in the sidecar's own image
 * @param credentials MCP_POLICY_CREDENTIALS, a folder with {@code token} and {@code ca.crt}
 * @param drainSocket MCP_POLICY_DRAIN_SOCKET
 * @param port MCP_POLICY_PORT, for MCP over TLS
 * @param managementPort MCP_POLICY_MANAGEMENT_PORT
 * @param apiServer KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT, as far as they are set
 */
record SidecarSettings(
    String pod,
    String namespace,
    String podUid,
    String server,
    Path bridgeDirectory,
    Path bridgeProgram,
    Path credentials,
    Path drainSocket,
    int port,
    int managementPort,
    Map<String, String> apiServer) {
  SidecarSettings {
    apiServer = Map.copyOf(apiServer);
  }

  /**
   * @throws IllegalArgumentException naming every variable that is missing
   */
  static SidecarSettings of(Environment environment) {
    var missing = new ArrayList<String>();
    var settings =
        new SidecarSettings(
            required(environment, "POD_NAME", missing),
            required(environment, "POD_NAMESPACE", missing),
            required(environment, "POD_UID", missing),
            required(environment, "MCP_POLICY_SERVER", missing),
            Path.of(optional(environment, "MCP_POLICY_BRIDGE_DIR", "/bridge")),
            Path.of(optional(environment, "MCP_POLICY_BRIDGE_PROGRAM", "/app/stdio-bridge")),
            Path.of(
                optional(environment, "MCP_POLICY_CREDENTIALS", "/var/run/secrets/mcppolicy.dev")),
            Path.of(optional(environment, "MCP_POLICY_DRAIN_SOCKET", "/tmp/drain.sock")),
            Integer.parseInt(optional(environment, "MCP_POLICY_PORT", "8443")),
            Integer.parseInt(optional(environment, "MCP_POLICY_MANAGEMENT_PORT", "8081")),
            apiServer(environment));
    if (!missing.isEmpty()) {
      throw new IllegalArgumentException(
          String.join(", ", missing)
              + ": not in the environment; the sidecar is injected into pods, which sets them");
    }
    return settings;
  }

  /** From the process first: in a pod, Micronaut hides the variables that name Services. */
  private static Map<String, String> apiServer(Environment environment) {
    var variables = new HashMap<String, String>();
    for (String variable : List.of("KUBERNETES_SERVICE_HOST", "KUBERNETES_SERVICE_PORT")) {
      String value = System.getenv().getOrDefault(variable, optional(environment, variable, ""));
      if (!value.isEmpty()) {
        variables.put(variable, value);
      }
    }
    return variables;
  }

  private static String required(Environment environment, String variable, List<String> missing) {
    String value = optional(environment, variable, "");
    if (value.isEmpty()) {
      missing.add(variable);
    }
    return value;
  }

  private static String optional(Environment environment, String variable, String otherwise) {
    String property = variable.toLowerCase(Locale.ROOT).replace('_', '.');
    return environment.getProperty(property, String.class).orElse(otherwise);
  }
}
