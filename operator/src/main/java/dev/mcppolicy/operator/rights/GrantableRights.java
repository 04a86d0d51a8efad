// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.rights;

import dev.mcppolicy.api.v1alpha1.Capability;
import dev.mcppolicy.api.v1alpha1.DockerSpec;
import dev.mcppolicy.api.v1alpha1.TargetSpec;
import dev.mcppolicy.api.v1alpha1.WorkloadSpec;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The rights that the chart's values give to the operator, which can grant no others: a Role with
 * more in it would be refused as a whole.
 *
 * @param scaledObjects whether a sidecar may be let pause ScaledObjects
 * @param scaleTargets as kubectl names a resource: {@code PLURAL.GROUP}
 * @param dockerEndpoints container engines that an McpServer may name: {@code HOST:PORT}
 */
@ConfigurationProperties("mcp-policy.rights")
public record GrantableRights(
    @Bindable(defaultValue = "false") boolean logs,
    @Bindable(defaultValue = "false") boolean deletePods,
    @Bindable(defaultValue = "false") boolean inferenceServices,
    @Bindable(defaultValue = "false") boolean scaledObjects,
    @Bindable(defaultValue = "") List<String> scaleTargets,
    @Bindable(defaultValue = "") List<String> dockerEndpoints) {

  /** Those of the chart's own values. */
  public static final GrantableRights NONE =
      new GrantableRights(false, false, false, false, List.of(), List.of());

  public GrantableRights {
    scaleTargets = scaleTargets.stream().filter(target -> !target.isBlank()).toList();
    dockerEndpoints = dockerEndpoints.stream().filter(engine -> !engine.isBlank()).toList();
  }

  public boolean holds(Capability capability) {
    return switch (capability) {
      case PODS -> true; // the operator lists pods itself
      case LOGS -> logs;
      case DELETE_PODS -> deletePods;
    };
  }

  /** Whether a sidecar can be given what it needs to act on this. */
  public boolean holds(TargetSpec target) {
    return switch (target.way()) {
      case STOP_ANNOTATION -> inferenceServices;
      case DELETION -> true; // a matter of capabilities
      case ENGINE -> true; // a matter of the engine
      case SCALE ->
          target.kindIsKnown() || scaleTargets.contains(target.plural() + "." + target.group());
    };
  }

  /** Whether a sidecar may be told of this engine, and given the Secret that opens it. */
  public boolean holds(DockerSpec engine) {
    return dockerEndpoints.contains(engine.hostAndPort());
  }

  /**
   * What a server asks for and cannot get here: one sentence each, with its place and the value
   * that whoever runs the installation has to set.
   */
  public List<String> missing(
      List<WorkloadSpec> workloads, Optional<DockerSpec> docker, List<Capability> capabilities) {
    var missing = new ArrayList<String>();
    for (int i = 0; i < workloads.size(); i++) {
      String place = "spec.workloads[" + i + "]";
      missing(workloads.get(i).target()).ifPresent(text -> missing.add(place + ".target: " + text));
      if (workloads.get(i).pauseScaledObject() != null && !scaledObjects) {
        missing.add(
            place
                + ".pauseScaledObject: this installation may not let a sidecar pause a ScaledObject; leave it out, or have whoever runs it set the chart value `contested.keda.pause: true`");
      }
    }
    docker
        .filter(engine -> !holds(engine))
        .ifPresent(
            engine ->
                missing.add(
                    "spec.docker.endpoint: this installation may not let a sidecar act on the container engine of `%1$s`; have whoever runs it add `%1$s` to the chart value `dockerEndpoints`"
                        .formatted(engine.hostAndPort())));
    for (Capability capability : capabilities) {
      if (!holds(capability)) {
        missing.add(
            "spec.capabilities: this installation may not give `%s`; leave it out, or have whoever runs it set the chart value `%s: true`"
                .formatted(capability.word(), value(capability)));
      }
    }
    return List.copyOf(missing);
  }

  private Optional<String> missing(TargetSpec target) {
    return holds(target)
        ? Optional.empty()
        : Optional.of(
            switch (target.way()) {
              case STOP_ANNOTATION ->
                  "this installation may not give a sidecar an InferenceService; have whoever runs it set the chart value `inferenceServices: true`";
              case SCALE ->
                  "this installation may not give a sidecar the scale of `%1$s`; have whoever runs it add `{group: %2$s, resource: %1$s}` to the chart value `scaleTargets`"
                      .formatted(target.plural(), target.group());
              case DELETION, ENGINE -> throw new IllegalStateException("always held");
            });
  }

  private static String value(Capability capability) {
    return switch (capability) {
      case PODS -> throw new IllegalStateException("always held");
      case LOGS -> "capabilities.logs";
      case DELETE_PODS -> "capabilities.deletePods";
    };
  }
}
