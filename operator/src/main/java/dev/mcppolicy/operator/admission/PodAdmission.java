// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.admission;

import dev.mcppolicy.api.v1alpha1.Api;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.operator.admission.inject.Injection;
import dev.mcppolicy.operator.admission.inject.PodInjector;
import dev.mcppolicy.operator.admission.inject.Servers;
import java.util.List;
import java.util.Optional;

/**
 * Admits pods: one with the label of an McpServer only with its sidecar, all others as they are.
 */
final class PodAdmission implements Admission {
  private final PodInjector injector;
  private final Servers servers;

  PodAdmission(PodInjector injector, Servers servers) {
    this.injector = injector;
    this.servers = servers;
  }

  @Override
  public Verdict decide(AdmissionRequest request) {
    JsonObject pod = request.object();
    Optional<JsonObject> labels =
        pod.object("metadata").flatMap(metadata -> metadata.object("labels"));
    if (!request.kind().equals("Pod")
        || labels.filter(all -> all.has(Api.SERVER_LABEL)).isEmpty()) {
      return new Verdict.Allowed();
    }
    String server = labels.flatMap(all -> all.string(Api.SERVER_LABEL)).orElse("");
    return switch (injector.inject(pod, request.namespace(), servers)) {
      case Injection.Refused(List<String> reasons) ->
          new Verdict.Denied("a pod of McpServer `" + server + "`", reasons);
      case Injection.Injected(JsonObject injected) ->
          injected.equals(pod)
              ? new Verdict.Allowed()
              : new Verdict.Patched(JsonPatch.between(pod, injected));
    };
  }
}
