// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.bundle;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Something that a container tool may act on.
 *
 * @param name what a caller may write as {@code container_name}
 * @param isDefault used when a caller names none
 * @param model the one model that {@code start_vllm} may ask for; empty when any may be named
 * @param safeguards what a stop of it has to respect
 */
public record Workload(
    String name, boolean isDefault, Target target, Optional<String> model, Safeguards safeguards) {
  /** The name under which sidecars own what they write of an object, such as its replicas. */
  public static final String FIELD_MANAGER = "mcp-policy-sidecar";

  /** One whose stop has nothing to respect. */
  public Workload(String name, boolean isDefault, Target target, Optional<String> model) {
    this(name, isDefault, target, model, Safeguards.NONE);
  }

  /**
   * The strictest drain of its target, by whatever name it is declared: a second name is no way
   * around it.
   *
   * @param declared all workloads of the server
   */
  public Optional<Drain> drain(List<Workload> declared) {
    return Stream.concat(Stream.of(this), declared.stream())
        .filter(workload -> workload.target.equals(target))
        .flatMap(workload -> workload.safeguards.drain().stream())
        .reduce(Drain::stricter);
  }

  /**
   * What is acted on, in the server's namespace.
   *
   * @param name of the object; of {@link #PODS} their selector, as kubectl writes it
   * @param resource the plural under which the API serves a kind that is not known here; empty for
   *     one that is
   * @param podLabels what {@link #PODS} carry, sorted by key; empty for anything else
   */
  public record Target(
      String apiVersion,
      String kind,
      String name,
      Optional<String> resource,
      Map<String, String> podLabels) {
    /** Pods that have no controller, of version {@code v1}. */
    public static final String PODS = "Pods";

    /**
     * A container of the server's {@link DockerEndpoint}, of version {@link #CONTAINER_VERSION}.
     */
    public static final String CONTAINER = "Container";

    public static final String CONTAINER_VERSION = "mcppolicy.dev/v1alpha1";

    /** Most labels of a selector. */
    public static final int LABELS_MAX = 8;

    public Target {
      podLabels = Collections.unmodifiableMap(new TreeMap<>(podLabels));
    }

    /** An object of a kind that is known. */
    public Target(String apiVersion, String kind, String name) {
      this(apiVersion, kind, name, Optional.empty(), Map.of());
    }

    /** An object of any kind with a scale. */
    public static Target scaled(String apiVersion, String kind, String resource, String name) {
      return new Target(apiVersion, kind, name, Optional.of(resource), Map.of());
    }

    /** Pods that carry all these labels. */
    public static Target pods(Map<String, String> labels) {
      return new Target("v1", PODS, selector(labels), Optional.empty(), labels);
    }

    /** The container that bears a name. */
    public static Target container(String name) {
      return new Target(CONTAINER_VERSION, CONTAINER, name);
    }

    /** Whether an engine runs it, and no cluster knows it. */
    public boolean isContainer() {
      return kind.equals(CONTAINER) && apiVersion.equals(CONTAINER_VERSION);
    }

    /** Whether an engine would take this as the name of a container. */
    public static boolean isContainerName(String name) {
      return Members.CONTAINER_NAME.matcher(name).matches();
    }

    /** Whether Kubernetes would take this as the key of a label. */
    public static boolean isLabelKey(String key) {
      return Members.LABEL_KEY.matcher(key).matches();
    }

    private static String selector(Map<String, String> labels) {
      return new TreeMap<>(labels)
          .entrySet().stream()
              .map(label -> label.getKey() + "=" + label.getValue())
              .collect(Collectors.joining(","));
    }
  }
}
