// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.admission.inject;

import dev.mcppolicy.api.v1alpha1.Api;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Puts the sidecar before the server of a labelled pod, or says every reason why not.
 *
 * <p>A pod that was injected already comes out as if it were new, so running twice is running once.
 * Whoever owns the pod, it takes this one way. Safe for use by many threads.
 */
public final class PodInjector {
  private final Sidecar sidecar;
  private final EarlierInjection earlier;
  private final PodChecks checks;
  private final ServerContainer serverContainer;

  public PodInjector(InjectionSettings settings) {
    var bridge = new BridgeCommand(settings.sidecarUserId());
    this.sidecar = new Sidecar(settings);
    this.earlier = new EarlierInjection(settings.sidecarImage(), bridge);
    this.checks = new PodChecks(settings.sidecarUserId());
    this.serverContainer = new ServerContainer(bridge);
  }

  /**
   * @param pod as sent by the API server; what is unknown here is kept
   * @param namespace of the request: a pod that is being made need not state one
   */
  public Injection inject(JsonObject pod, String namespace, Servers servers) {
    String name =
        pod.object("metadata")
            .flatMap(metadata -> metadata.object("labels"))
            .flatMap(labels -> labels.string(Api.SERVER_LABEL))
            .orElse("");
    Optional<GuardedServer> found =
        name.isEmpty() ? Optional.empty() : servers.find(namespace, name);
    var reasons = new ArrayList<String>();
    if (found.isEmpty()) {
      reasons.add(
          "metadata.labels["
              + Api.SERVER_LABEL
              + "]: `"
              + name
              + "` names no McpServer of namespace `"
              + namespace
              + "`; create that McpServer first, or correct the label");
    }
    JsonObject spec = pod.object("spec").orElse(JsonObject.EMPTY);
    JsonObject plain =
        found.map(server -> earlier.takenBack(spec, server.container())).orElse(spec);
    reasons.addAll(checks.reasons(pod.with("spec", plain), name));
    found.ifPresent(server -> reasons.addAll(serverContainer.reasons(plain, server)));
    if (!reasons.isEmpty() || found.isEmpty()) {
      return new Injection.Refused(reasons);
    }
    return new Injection.Injected(pod.with("spec", injected(plain, found.get())));
  }

  private JsonObject injected(JsonObject plain, GuardedServer server) {
    JsonObject spec = plain;
    for (String field : List.of("initContainers", "containers")) {
      spec = Elements.changed(spec, field, PodInjector::withoutAutomountedToken);
    }
    spec =
        Elements.changed(
            spec,
            "containers",
            container ->
                container.string("name").orElse("").equals(server.container())
                    ? serverContainer.behindBridge(container, server)
                    : container);
    spec = Elements.withFirst(spec, "initContainers", sidecar.container(server.name()));
    spec = Elements.without(spec, "volumes", PodInjector::isAutomounted);
    spec = Elements.withLast(spec, "volumes", sidecar.volumes().elements());
    String account = Api.objectName(server.name());
    return spec.with("serviceAccountName", JsonValue.of(account))
        .with("serviceAccount", JsonValue.of(account))
        .with("automountServiceAccountToken", JsonValue.of(false));
  }

  private static JsonObject withoutAutomountedToken(JsonObject container) {
    return Elements.without(container, "volumeMounts", PodInjector::isAutomounted);
  }

  private static boolean isAutomounted(JsonObject volumeOrMount) {
    return volumeOrMount
        .string("name")
        .orElse("")
        .startsWith(InjectedNames.AUTOMOUNTED_VOLUME_PREFIX);
  }
}
