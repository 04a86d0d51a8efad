// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator;

import dev.mcppolicy.api.v1alpha1.McpGrant;
import dev.mcppolicy.api.v1alpha1.McpPolicy;
import dev.mcppolicy.api.v1alpha1.McpServer;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;

/** Resources as the API server hands them over, for tests without one. */
public final class Resources {
  private static final KubernetesSerialization YAML = new KubernetesSerialization();

  private Resources() {}

  public static McpServer server(String name, String spec) {
    return read(McpServer.class, name, 1, spec);
  }

  public static McpPolicy policy(String name, long generation, String spec) {
    return read(McpPolicy.class, name, generation, spec);
  }

  public static McpGrant grant(String name, String spec) {
    return read(McpGrant.class, name, 1, spec);
  }

  /**
   * @param spec in YAML's flow style, e.g. <code>{servers: [{name: vllm}]}</code>
   */
  private static <T extends HasMetadata> T read(
      Class<T> type, String name, long generation, String spec) {
    return YAML.unmarshal(
        """
        apiVersion: mcppolicy.dev/v1alpha1
        kind: %s
        metadata: {name: %s, namespace: inference, uid: uid-of-%s, generation: %d}
        spec: %s
        """
            .formatted(type.getSimpleName(), name, name, generation, spec.replace("\n", " ")),
        type);
  }
}
