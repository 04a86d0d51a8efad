// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.kubernetes;

import dev.mcppolicy.bundle.Workload;
import java.util.Map;
import java.util.Optional;

/**
 * The paths of a declared workload in the API.
 *
 * @param object the workload itself
 */
record ScaleTarget(Workload workload, String namespace, String object) {
  /** The resource of each kind that can be scaled. */
  private static final Map<String, String> RESOURCES =
      Map.of("apps/v1 Deployment", "deployments", "apps/v1 StatefulSet", "statefulsets");

  /** Empty for a kind that cannot be scaled. */
  static Optional<ScaleTarget> of(Workload workload, String namespace) {
    Workload.Target target = workload.target();
    return Optional.ofNullable(RESOURCES.get(target.apiVersion() + " " + target.kind()))
        .map(
            resource ->
                new ScaleTarget(
                    workload,
                    namespace,
                    "/apis/%s/namespaces/%s/%s/%s"
                        .formatted(target.apiVersion(), namespace, resource, target.name())));
  }

  String scale() {
    return object + "/scale";
  }

  /** For people. */
  String display() {
    return workload.target().kind() + " `" + workload.target().name() + "`";
  }

  boolean isStatefulSet() {
    return workload.target().kind().equals("StatefulSet");
  }
}
