// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.admission.inject;

import dev.mcppolicy.json.JsonValue.JsonObject;
import java.util.List;

/**
 * Takes back what an earlier run of injection added, so that running again builds it anew.
 *
 * <p>The API server calls the webhook again when a later one changed the pod, after filling in
 * defaults. Comparing would break on every new default; building anew instead also undoes what
 * others did to the sidecar.
 */
final class EarlierInjection {
  private final String sidecarImage;
  private final BridgeCommand bridge;

  EarlierInjection(String sidecarImage, BridgeCommand bridge) {
    this.sidecarImage = sidecarImage;
    this.bridge = bridge;
  }

  /** The spec as it was before; unchanged when its first init container is not our sidecar. */
  JsonObject takenBack(JsonObject spec, String serverContainer) {
    List<JsonObject> initContainers = Elements.objects(spec, "initContainers");
    if (initContainers.isEmpty() || !isOurSidecar(initContainers.getFirst())) {
      return spec;
    }
    JsonObject sidecar = initContainers.getFirst();
    JsonObject without = Elements.without(spec, "initContainers", sidecar::equals);
    without = Elements.without(without, "volumes", EarlierInjection::isOurVolume);
    return Elements.changed(
        without,
        "containers",
        container ->
            container.string("name").orElse("").equals(serverContainer)
                ? server(container)
                : container);
  }

  private JsonObject server(JsonObject container) {
    JsonObject without =
        Elements.without(container, "volumeMounts", EarlierInjection::isBridgeMount);
    List<String> command = Elements.strings(without, "command");
    return command.isEmpty()
        ? without
        : without.with("command", Elements.ofStrings(bridge.inside(command)));
  }

  private boolean isOurSidecar(JsonObject container) {
    return container.string("name").orElse("").equals(InjectedNames.SIDECAR)
        && container.string("image").orElse("").equals(sidecarImage);
  }

  private static boolean isOurVolume(JsonObject volume) {
    return InjectedNames.VOLUMES.contains(volume.string("name").orElse(""));
  }

  private static boolean isBridgeMount(JsonObject mount) {
    return mount.string("name").orElse("").equals(InjectedNames.BRIDGE_VOLUME)
        && mount.string("mountPath").orElse("").equals(InjectedNames.BRIDGE_DIRECTORY);
  }
}
