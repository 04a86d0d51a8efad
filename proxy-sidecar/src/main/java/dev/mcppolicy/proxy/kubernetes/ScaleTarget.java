// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.kubernetes;

import dev.mcppolicy.bundle.Workload;
import java.util.Map;
import java.util.Optional;

/**
 * The paths of a declared workload in the API.
 *
 * @param object the workload itself; of a kind that is not known its scale, which alone says the
 *     same of every kind
 */
record ScaleTarget(Workload workload, String namespace, String object) {
  private static final String SCALE = "/scale";

  /** The resource of each known kind that can be scaled. */
  private static final Map<String, String> RESOURCES =
      Map.of("apps/v1 Deployment", "deployments", "apps/v1 StatefulSet", "statefulsets");

  /** Empty for a kind that cannot be scaled. */
  static Optional<ScaleTarget> of(Workload workload, String namespace) {
    Workload.Target target = workload.target();
    String path = "/apis/%s/namespaces/%s/%s/%s";
    return target
        .resource()
        .map(
            resource ->
                path.formatted(target.apiVersion(), namespace, resource, target.name()) + SCALE)
        .or(
            () ->
                Optional.ofNullable(RESOURCES.get(target.apiVersion() + " " + target.kind()))
                    .map(
                        resource ->
                            path.formatted(
                                target.apiVersion(), namespace, resource, target.name())))
        .map(object -> new ScaleTarget(workload, namespace, object));
  }

  String scale() {
    return isKnownKind() ? object + SCALE : object;
  }

  /** Where to change it, under a name that others can tell. */
  String scaleToWrite() {
    return scale() + "?fieldManager=" + Workload.FIELD_MANAGER;
  }

  /** For people. */
  String display() {
    return workload.target().kind() + " `" + workload.target().name() + "`";
  }

  boolean isStatefulSet() {
    return workload.target().kind().equals("StatefulSet") && isKnownKind();
  }

  /** Whether the object itself can be read and has the members of a Deployment. */
  boolean isKnownKind() {
    return workload.target().resource().isEmpty();
  }
}
