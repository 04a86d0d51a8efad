// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.admission.inject;

import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.util.List;

/**
 * The sidecar container: an init container that keeps running, so that it is up before every other
 * container and gets its SIGTERM after them.
 */
final class Sidecar {
  private final InjectionSettings settings;

  Sidecar(InjectionSettings settings) {
    this.settings = settings;
  }

  JsonObject container(String server) {
    return object()
        .put("name", InjectedNames.SIDECAR)
        .put("image", settings.sidecarImage())
        .put("imagePullPolicy", settings.imagePullPolicy())
        .put("restartPolicy", "Always")
        .put(
            "env",
            JsonArray.of(
                fromPod("POD_NAME", "metadata.name"),
                fromPod("POD_NAMESPACE", "metadata.namespace"),
                fromPod("POD_UID", "metadata.uid"),
                variable("MCP_POLICY_SERVER", server),
                variable("MCP_POLICY_BRIDGE_DIR", InjectedNames.BRIDGE_DIRECTORY)))
        .put(
            "ports",
            JsonArray.of(
                port("mcp-policy", InjectedNames.MCP_PORT),
                port("mcp-policy-mgmt", InjectedNames.MANAGEMENT_PORT)))
        .put("startupProbe", probe("/startup", 1, 120))
        .put("readinessProbe", probe("/ready", 1, 1))
        // Liveness restarts the container: it may not mistake one busy second for a dead loop.
        .put("livenessProbe", probe("/live", 5, 6))
        .put(
            "lifecycle",
            object()
                .put(
                    "preStop",
                    object()
                        .put(
                            "exec",
                            object()
                                .put(
                                    "command",
                                    strings(
                                        InjectedNames.BRIDGE_PROGRAM_OF_SIDECAR,
                                        "drain",
                                        "--socket",
                                        "/tmp/drain.sock"))
                                .build())
                        .build())
                .build())
        .put("securityContext", securityContext())
        .put("resources", settings.resources())
        .put(
            "volumeMounts",
            JsonArray.of(
                mount(InjectedNames.BRIDGE_VOLUME, InjectedNames.BRIDGE_DIRECTORY).build(),
                mount(InjectedNames.TEMPORARY_VOLUME, "/tmp").build(),
                mount(InjectedNames.TOKEN_VOLUME, InjectedNames.TOKEN_DIRECTORY)
                    .put("readOnly", true)
                    .build()))
        .build();
  }

  /** The volumes of the sidecar; the bridge's is shared with the server's container. */
  JsonArray volumes() {
    return JsonArray.of(
        emptyDir(InjectedNames.BRIDGE_VOLUME, "32Mi"),
        emptyDir(InjectedNames.TEMPORARY_VOLUME, "16Mi"),
        object()
            .put("name", InjectedNames.TOKEN_VOLUME)
            .put(
                "projected",
                object()
                    .put("defaultMode", 0444)
                    .put(
                        "sources",
                        JsonArray.of(
                            object()
                                .put(
                                    "serviceAccountToken",
                                    object()
                                        .put(
                                            "expirationSeconds",
                                            settings.tokenLifetime().toSeconds())
                                        .put("path", "token")
                                        .build())
                                .build(),
                            object()
                                .put(
                                    "configMap",
                                    object()
                                        .put("name", "kube-root-ca.crt")
                                        .put(
                                            "items",
                                            JsonArray.of(
                                                object()
                                                    .put("key", "ca.crt")
                                                    .put("path", "ca.crt")
                                                    .build()))
                                        .build())
                                .build(),
                            object()
                                .put(
                                    "downwardAPI",
                                    object()
                                        .put(
                                            "items",
                                            JsonArray.of(
                                                object()
                                                    .put("path", "namespace")
                                                    .put("fieldRef", field("metadata.namespace"))
                                                    .build()))
                                        .build())
                                .build()))
                    .build())
            .build());
  }

  static JsonObject.Builder mount(String volume, String path) {
    return object().put("name", volume).put("mountPath", path);
  }

  private JsonObject securityContext() {
    return object()
        .put("runAsUser", settings.sidecarUserId())
        .put("runAsGroup", settings.sidecarUserId())
        .put("runAsNonRoot", true)
        .put("privileged", false)
        .put("allowPrivilegeEscalation", false)
        .put("readOnlyRootFilesystem", true)
        .put("capabilities", object().put("drop", strings("ALL")).build())
        .put("seccompProfile", object().put("type", "RuntimeDefault").build())
        .build();
  }

  private static JsonObject emptyDir(String name, String sizeLimit) {
    return object()
        .put("name", name)
        .put("emptyDir", object().put("sizeLimit", sizeLimit).build())
        .build();
  }

  private static JsonObject probe(String path, int periodSeconds, int failures) {
    return object()
        .put(
            "httpGet",
            object()
                .put("path", path)
                .put("port", InjectedNames.MANAGEMENT_PORT)
                .put("scheme", "HTTP")
                .build())
        .put("periodSeconds", periodSeconds)
        .put("timeoutSeconds", 2)
        .put("failureThreshold", failures)
        .build();
  }

  private static JsonObject port(String name, int number) {
    return object().put("name", name).put("containerPort", number).put("protocol", "TCP").build();
  }

  private static JsonObject fromPod(String variable, String fieldPath) {
    return object()
        .put("name", variable)
        .put("valueFrom", object().put("fieldRef", field(fieldPath)).build())
        .build();
  }

  private static JsonObject field(String path) {
    return object().put("apiVersion", "v1").put("fieldPath", path).build();
  }

  private static JsonObject variable(String name, String value) {
    return object().put("name", name).put("value", value).build();
  }

  private static JsonArray strings(String... values) {
    return Elements.ofStrings(List.of(values));
  }

  private static JsonObject.Builder object() {
    return JsonObject.builder();
  }
}
