// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.admission.inject;

import dev.mcppolicy.api.v1alpha1.Api;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonBoolean;
import dev.mcppolicy.json.JsonValue.JsonNumber;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What no guarded pod may have, whatever its server: ways around the sidecar and things that are
 * the sidecar's own. Looks at a pod without a sidecar of ours.
 */
final class PodChecks {
  private final long sidecarUserId;

  PodChecks(long sidecarUserId) {
    this.sidecarUserId = sidecarUserId;
  }

  /** Every reason against the pod. */
  List<String> reasons(JsonObject pod, String server) {
    JsonObject spec = pod.object("spec").orElse(JsonObject.EMPTY);
    var reasons = new ArrayList<String>();
    platform(pod, spec, reasons);
    host(spec, reasons);
    account(spec, server, reasons);
    volumes(spec, reasons);
    spec.object("securityContext")
        .flatMap(PodContainer::userId)
        .ifPresent(id -> userId("spec.securityContext.runAsUser", id, reasons));
    for (PodContainer container : PodContainer.all(spec)) {
      container(container, reasons);
    }
    return reasons;
  }

  private static void platform(JsonObject pod, JsonObject spec, List<String> reasons) {
    boolean mirror =
        pod.object("metadata")
            .flatMap(metadata -> metadata.object("annotations"))
            .filter(annotations -> annotations.has("kubernetes.io/config.mirror"))
            .isPresent();
    if (mirror) {
      reasons.add(
          "metadata.annotations: this mirrors a static pod, which its node runs whatever is"
              + " decided here; run the server in a Deployment");
    }
    spec.object("os")
        .flatMap(os -> os.string("name"))
        .filter(name -> !name.equals("linux"))
        .ifPresent(
            name ->
                reasons.add("spec.os.name: `" + name + "`, but the sidecar runs on `linux` only"));
  }

  private static void host(JsonObject spec, List<String> reasons) {
    for (String field : List.of("hostNetwork", "hostPID", "hostIPC", "shareProcessNamespace")) {
      if (isTrue(spec, field)) {
        reasons.add(
            "spec." + field + ": `true` opens a way to the server around its sidecar; remove it");
      }
    }
  }

  private static void account(JsonObject spec, String server, List<String> reasons) {
    String own = Api.objectName(server);
    for (String field : List.of("serviceAccountName", "serviceAccount")) {
      spec.string(field)
          .filter(account -> !Set.of("", "default", own).contains(account))
          .ifPresent(
              account ->
                  reasons.add(
                      "spec."
                          + field
                          + ": `"
                          + account
                          + "`, but the rights in this pod are the sidecar's alone, by the account `"
                          + own
                          + "` that the operator makes; remove the field"));
    }
  }

  private static void volumes(JsonObject spec, List<String> reasons) {
    List<JsonObject> volumes = Elements.objects(spec, "volumes");
    for (int i = 0; i < volumes.size(); i++) {
      String place = "spec.volumes[" + i + "]";
      JsonObject volume = volumes.get(i);
      String name = volume.string("name").orElse("");
      if (InjectedNames.VOLUMES.contains(name)) {
        reasons.add(
            place + ".name: `" + name + "` is the name of a volume of the sidecar; choose another");
      }
      if (name.startsWith(InjectedNames.AUTOMOUNTED_VOLUME_PREFIX)) {
        continue; // it is taken away
      }
      for (JsonObject source :
          volume
              .object("projected")
              .map(projected -> Elements.objects(projected, "sources"))
              .orElse(List.of())) {
        for (String credential : List.of("serviceAccountToken", "podCertificate")) {
          if (source.has(credential)) {
            reasons.add(
                place
                    + ".projected: `"
                    + credential
                    + "` is a credential of the pod, and the rights in this pod are the sidecar's"
                    + " alone; remove it");
          }
        }
      }
    }
  }

  private void container(PodContainer container, List<String> reasons) {
    String place = container.place();
    if (place.startsWith("spec.ephemeralContainers")) {
      reasons.add(
          place
              + ": `"
              + container.name()
              + "` is an ephemeral container, which could reach the server around its sidecar;"
              + " remove it");
    }
    if (container.name().equals(InjectedNames.SIDECAR)) {
      reasons.add(
          place
              + ".name: `"
              + InjectedNames.SIDECAR
              + "` is the name of the sidecar, which the operator adds with its own image;"
              + " remove the container or choose another name");
    }
    container.userId().ifPresent(id -> userId(place + ".securityContext.runAsUser", id, reasons));
    for (JsonObject port : Elements.objects(container.json(), "ports")) {
      if (port.get("hostPort").filter(PodChecks::isNotZero).isPresent()) {
        reasons.add(
            place
                + ".ports: a hostPort opens a way into the pod past the Service; remove the"
                + " hostPort");
      }
    }
    for (String field : List.of("volumeMounts", "volumeDevices")) {
      for (JsonObject mount : Elements.objects(container.json(), field)) {
        String volume = mount.string("name").orElse("");
        if (InjectedNames.VOLUMES.contains(volume)) {
          reasons.add(
              place
                  + "."
                  + field
                  + ": `"
                  + volume
                  + "` is a volume of the sidecar, which no other container may mount; remove it");
        }
      }
    }
  }

  private void userId(String place, long id, List<String> reasons) {
    if (id == sidecarUserId) {
      reasons.add(
          place
              + ": `"
              + id
              + "` is the sidecar's user, by which the server knows it; choose another");
    }
  }

  private static boolean isTrue(JsonObject object, String field) {
    return object.get(field).filter(JsonBoolean.TRUE::equals).isPresent();
  }

  private static boolean isNotZero(JsonValue value) {
    return value instanceof JsonNumber number && !number.text().equals("0");
  }
}
