// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.admission.inject;

import dev.mcppolicy.json.JsonValue.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The container that runs the stdio MCP server: found, checked, and put behind the bridge. */
final class ServerContainer {
  private final BridgeCommand bridge;

  ServerContainer(BridgeCommand bridge) {
    this.bridge = bridge;
  }

  /** Every reason why the server cannot be put behind the bridge in this pod. */
  List<String> reasons(JsonObject spec, GuardedServer server) {
    List<PodContainer> regular =
        PodContainer.all(spec).stream().filter(PodContainer::isRegular).toList();
    Optional<PodContainer> found =
        regular.stream().filter(each -> each.name().equals(server.container())).findFirst();
    if (found.isEmpty()) {
      return List.of(
          "spec.containers: McpServer `"
              + server.name()
              + "` runs in the container `"
              + server.container()
              + "`, but there is "
              + regular.stream().map(each -> "`" + each.name() + "`").toList()
              + "; rename one or correct transport.stdio.container of the McpServer");
    }
    var reasons = new ArrayList<String>();
    PodContainer container = found.get();
    List<String> own = Elements.strings(container.json(), "command");
    if (own.isEmpty() && server.command().isEmpty()) {
      reasons.add(
          container.place()
              + ".command: neither the container nor McpServer `"
              + server.name()
              + "` states the command of the server, and what the image would run is unknown here;"
              + " state transport.stdio.command in the McpServer");
    }
    if (!own.isEmpty() && own.getFirst().equals(InjectedNames.BRIDGE_PROGRAM)) {
      reasons.add(
          container.place()
              + ".command: `"
              + InjectedNames.BRIDGE_PROGRAM
              + "` is put before the server's command by the operator; state the server's own"
              + " command");
    }
    for (JsonObject mount : Elements.objects(container.json(), "volumeMounts")) {
      String path = mount.string("mountPath").orElse("");
      if ((path + "/").startsWith(InjectedNames.BRIDGE_DIRECTORY + "/")) {
        reasons.add(
            container.place()
                + ".volumeMounts: `"
                + path
                + "` is where the bridge is mounted; choose another path than `"
                + InjectedNames.BRIDGE_DIRECTORY
                + "`");
      }
    }
    return reasons;
  }

  /** The container behind the bridge; only after {@link #reasons} had none. */
  JsonObject behindBridge(JsonObject container, GuardedServer server) {
    List<String> own = Elements.strings(container, "command");
    return Elements.withLast(
        container
            .with(
                "command",
                Elements.ofStrings(bridge.around(own.isEmpty() ? server.command() : own)))
            // The bridge is the server's standard input, and never reads one itself.
            .without("stdin")
            .without("stdinOnce")
            .without("tty"),
        "volumeMounts",
        List.of(
            Sidecar.mount(InjectedNames.BRIDGE_VOLUME, InjectedNames.BRIDGE_DIRECTORY).build()));
  }
}
