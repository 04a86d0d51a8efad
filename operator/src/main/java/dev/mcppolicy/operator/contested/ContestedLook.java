// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.contested;

import dev.mcppolicy.bundle.Contested;
import dev.mcppolicy.operator.contested.Remedies.Kept;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** One look at everybody who may set the replicas of the workloads of one server. */
final class ContestedLook {
  /** A bundle takes texts of 65,536; what others write into their objects must not hold it up. */
  private static final int BY_CHARS_MAX = 4_096;

  private static final int REMEDY_CHARS_MAX = 32_768;
  private static final Pattern API_VERSION =
      Pattern.compile("([a-z0-9][-.a-z0-9]{0,252}/)?v[a-z0-9]{1,62}");
  private static final Pattern KIND = Pattern.compile("[A-Za-z][A-Za-z0-9]{0,62}");
  private static final Pattern NAME = Pattern.compile("[a-z0-9][-.a-z0-9]{0,252}");

  private final ContestedObjects objects;
  private final ContestedSettings settings;

  ContestedLook(ContestedObjects objects, ContestedSettings settings) {
    this.objects = objects;
    this.settings = settings;
  }

  /** What was seen of a workload. */
  record Seen(Optional<Contested> contested, Optional<Memory> memory) {}

  /**
   * @param before by name of the workload
   * @param stopped when a sidecar last stopped a workload, by its name
   * @throws KubernetesClientException when something could not be read, other than its absence
   */
  Map<String, Seen> look(
      String namespace,
      String server,
      List<Declared> declared,
      Map<String, Memory> before,
      Function<String, Optional<Instant>> stopped) {
    Map<String, Seen> seen = new LinkedHashMap<>();
    if (declared.isEmpty()) {
      return seen;
    }
    List<GenericKubernetesResource> autoscalers =
        settings.horizontalPodAutoscalers()
            ? objects.list(ReadObjects.AUTOSCALERS, namespace)
            : List.of();
    List<GenericKubernetesResource> scaledObjects =
        settings.keda() ? objects.list(ReadObjects.SCALED_OBJECTS, namespace) : List.of();
    for (Declared workload : declared) {
      List<Contested> byTarget =
          autoscaled(namespace, server, workload, autoscalers, scaledObjects);
      Optional<GenericKubernetesResource> object = objects.target(workload.target(), namespace);
      if (object.isEmpty()) { // not there, or of a kind whose scale alone may be read
        seen.put(workload.workload(), new Seen(united(byTarget), Optional.empty()));
        continue;
      }
      ObjectMeta meta = object.get().getMetadata();
      int replicas = Fields.number(object.get(), "spec", "replicas").orElse(1);
      Memory memory =
          Memory.of(
              meta,
              replicas,
              stopped.apply(workload.workload()),
              Optional.ofNullable(before.get(workload.workload())));
      List<Contested> all = new ArrayList<>();
      owner(namespace, server, workload, meta).ifPresent(all::add);
      memory.held().stream()
          .map(Memory.Held::tool)
          .distinct()
          .flatMap(tool -> tool(tool, namespace, workload, meta, replicas).stream())
          .forEach(all::add);
      memory
          .undoneBy()
          .map(
              manager ->
                  new Contested.Refused(
                      "`" + manager + "`, which scaled it up again after a stop",
                      Remedies.stranger(namespace, workload, manager)))
          .ifPresent(all::add);
      all.addAll(byTarget);
      seen.put(workload.workload(), new Seen(united(all), Optional.of(memory)));
    }
    return seen;
  }

  /** Whoever refuses comes first, and all of them; then what is paused; then what rests. */
  private static Optional<Contested> united(List<Contested> all) {
    List<Contested.Refused> refusals =
        all.stream()
            .filter(Contested.Refused.class::isInstance)
            .map(Contested.Refused.class::cast)
            .toList();
    if (!refusals.isEmpty()) {
      return Optional.of(
          new Contested.Refused(
              bounded(
                  refusals.stream().map(Contested.Refused::by).collect(Collectors.joining(" and ")),
                  BY_CHARS_MAX),
              bounded(
                  refusals.stream()
                      .map(Contested.Refused::remedy)
                      .collect(Collectors.joining("; and ")),
                  REMEDY_CHARS_MAX)));
    }
    Optional<Contested> paused =
        all.stream().filter(Contested.Paused.class::isInstance).findFirst();
    return paused.isPresent() ? paused : all.stream().findFirst();
  }

  private static String bounded(String text, int charsMax) {
    return text.length() <= charsMax ? text : text.substring(0, charsMax - 1) + "…";
  }

  private Optional<Contested> owner(
      String namespace, String server, Declared workload, ObjectMeta meta) {
    return meta.getOwnerReferences().stream()
        .filter(owner -> Objects.equals(owner.getController(), true))
        .findFirst()
        .map(
            owner ->
                new Contested.Refused(
                    owner.getKind() + " `" + owner.getName() + "`, which owns it",
                    target(owner)
                        .map(target -> Remedies.actOnOwner(namespace, server, workload, target))
                        .orElseGet(() -> Remedies.ownerWithoutScale(owner.getKind()))));
  }

  /**
   * The owner as the target of a workload, where it can be one. The API server takes any text in an
   * owner reference, and this one becomes part of a command.
   */
  private Optional<String> target(OwnerReference owner) {
    if (!API_VERSION.matcher(owner.getApiVersion()).matches()
        || !KIND.matcher(owner.getKind()).matches()
        || !NAME.matcher(owner.getName()).matches()) {
      return Optional.empty();
    }
    if (owner.getApiVersion().startsWith("serving.kserve.io/")
        && owner.getKind().equals("InferenceService")) {
      return Optional.of(
          Remedies.target(owner.getApiVersion(), owner.getKind(), "", owner.getName()));
    }
    return objects
        .scalable(owner.getApiVersion(), owner.getKind())
        .map(
            plural ->
                Remedies.target(owner.getApiVersion(), owner.getKind(), plural, owner.getName()));
  }

  private Optional<Contested> tool(
      Tool tool, String namespace, Declared workload, ObjectMeta meta, int replicas) {
    return switch (tool) {
      case KUSTOMIZE_CONTROLLER -> kustomization(namespace, workload, meta, replicas);
      case HELM_CONTROLLER -> helmRelease(namespace, workload, meta);
      case ARGO_CD -> application(namespace, workload, meta);
    };
  }

  private Optional<Contested> kustomization(
      String namespace, Declared workload, ObjectMeta meta, int replicas) {
    Kept kept = keptBy(meta, "kustomize.toolkit.fluxcd.io", namespace);
    Optional<GenericKubernetesResource> kustomization =
        settings.flux()
            ? objects.read(ReadObjects.KUSTOMIZATIONS, kept.namespace(), kept.name())
            : Optional.empty();
    if (kustomization.isPresent()
        && Fields.objects(kustomization.get(), "spec", "ignore").stream()
            .anyMatch(rule -> IgnoreRule.ofFlux(rule).covers(workload, namespace))) {
      return Optional.empty();
    }
    boolean hasPatches =
        kustomization.isEmpty()
            || !Fields.objects(kustomization.get(), "spec", "patches").isEmpty();
    return Optional.of(
        new Contested.Refused(
            "Flux (Kustomization `%s` of namespace `%s`)".formatted(kept.name(), kept.namespace()),
            Remedies.kustomization(namespace, workload, replicas, kept, hasPatches)));
  }

  private Optional<Contested> helmRelease(String namespace, Declared workload, ObjectMeta meta) {
    Kept kept = keptBy(meta, "helm.toolkit.fluxcd.io", namespace);
    String by =
        "Flux (HelmRelease `%s` of namespace `%s`)".formatted(kept.name(), kept.namespace());
    if (!settings.flux()) {
      return Optional.of(new Contested.Refused(by, Remedies.lookedAway("contested.flux")));
    }
    Optional<GenericKubernetesResource> release =
        objects.read(ReadObjects.HELM_RELEASES, kept.namespace(), kept.name());
    List<Map<String, Object>> rules =
        release
            .map(found -> Fields.objects(found, "spec", "driftDetection", "ignore"))
            .orElse(List.of());
    boolean corrects =
        release
            .flatMap(found -> Fields.text(found, "spec", "driftDetection", "mode"))
            .equals(Optional.of("enabled"));
    return !corrects
            || rules.stream().anyMatch(rule -> IgnoreRule.ofFlux(rule).covers(workload, namespace))
        ? Optional
            .empty() // without drift detection it writes at an upgrade alone, as a person does
        : Optional.of(
            new Contested.Refused(
                by, Remedies.helmRelease(namespace, workload, kept, !rules.isEmpty())));
  }

  private Optional<Contested> application(String namespace, Declared workload, ObjectMeta meta) {
    Optional<Kept> marked = ArgoTracking.of(meta, settings.argoCdNamespace());
    String by =
        marked
            .map(
                kept ->
                    "Argo CD (Application `%s` of namespace `%s`)"
                        .formatted(kept.name(), kept.namespace()))
            .orElse("Argo CD (which Application is not marked on it)");
    if (!settings.argoCd()) {
      return Optional.of(new Contested.Refused(by, Remedies.lookedAway("contested.argocd.find")));
    }
    Optional<GenericKubernetesResource> application =
        marked.flatMap(
            kept -> objects.read(ReadObjects.APPLICATIONS, kept.namespace(), kept.name()));
    if (marked.isEmpty() || application.isEmpty()) {
      return Optional.of(new Contested.Refused(by, Remedies.noApplication(namespace, workload)));
    }
    boolean heals =
        Fields.flag(application.get(), "spec", "syncPolicy", "automated", "selfHeal")
            && Fields.isNot(application.get(), false, "spec", "syncPolicy", "automated", "enabled");
    List<Map<String, Object>> differences =
        Fields.objects(application.get(), "spec", "ignoreDifferences");
    List<String> options = Fields.texts(application.get(), "spec", "syncPolicy", "syncOptions");
    boolean ignored =
        options.contains("RespectIgnoreDifferences=true")
            && differences.stream()
                .anyMatch(rule -> IgnoreRule.ofArgoCd(rule).covers(workload, namespace));
    return !heals || ignored
        ? Optional.empty()
        : Optional.of(
            new Contested.Refused(
                by,
                Remedies.application(
                    namespace,
                    workload,
                    marked.get(),
                    !differences.isEmpty(),
                    !options.isEmpty())));
  }

  private static Kept keptBy(ObjectMeta meta, String prefix, String namespace) {
    Map<String, String> labels = meta.getLabels() == null ? Map.of() : meta.getLabels();
    return new Kept(
        labels.getOrDefault(prefix + "/namespace", namespace),
        labels.getOrDefault(prefix + "/name", "NAME"));
  }

  private List<Contested> autoscaled(
      String namespace,
      String server,
      Declared workload,
      List<GenericKubernetesResource> autoscalers,
      List<GenericKubernetesResource> scaledObjects) {
    List<Contested> all = new ArrayList<>();
    for (GenericKubernetesResource object : scaledObjects) {
      if (Fields.scales(object, workload)) {
        all.add(
            scaledObject(
                namespace,
                server,
                workload,
                object.getMetadata().getName(),
                Fields.number(object, "spec", "minReplicaCount").orElse(0)));
      }
    }
    boolean isKedas = !all.isEmpty();
    for (GenericKubernetesResource autoscaler : autoscalers) {
      Optional<String> keda =
          autoscaler.getMetadata().getOwnerReferences().stream()
              .filter(owner -> owner.getKind().equals("ScaledObject"))
              .map(OwnerReference::getName)
              .findFirst();
      if (!Fields.scales(autoscaler, workload) || (keda.isPresent() && isKedas)) {
        continue;
      }
      String name = autoscaler.getMetadata().getName();
      int min = Fields.number(autoscaler, "spec", "minReplicas").orElse(1);
      all.add(
          keda.isPresent()
              ? scaledObject(namespace, server, workload, keda.get(), min)
              : horizontal(namespace, name, min));
    }
    return all;
  }

  private static Contested horizontal(String namespace, String name, int min) {
    String by = "HorizontalPodAutoscaler `" + name + "`";
    return min > 0
        ? new Contested.Rests(by, min)
        : new Contested.Refused(by, Remedies.minimumOfOne(namespace, name));
  }

  private Contested scaledObject(
      String namespace, String server, Declared workload, String name, int min) {
    boolean isDeclared = workload.pauseScaledObject().equals(Optional.of(name));
    if (isDeclared && settings.pauseKeda() && settings.keda()) {
      return new Contested.Paused(name, Math.max(0, min)); // KEDA takes any number
    }
    List<String> remedies = new ArrayList<>();
    if (!settings.pauseKeda() || !settings.keda()) {
      remedies.add(Remedies.allowPause());
    }
    if (!isDeclared) {
      remedies.add(Remedies.declarePause(namespace, server, workload, name));
    }
    return new Contested.Refused(
        "KEDA (ScaledObject `" + name + "`)", String.join("; and ", remedies));
  }
}
