// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.contested;

import java.util.Locale;

/**
 * What to do about each of those who undo a stop: one sentence and commands that can be run as they
 * stand. Each follows what the tool documents.
 */
final class Remedies {
  /** Makes the tool write the object once more, so that it gives up the field. */
  static final String UNMANAGED = "mcppolicy.dev/replicas";

  private Remedies() {}

  /**
   * Flux applies again only what differs, and a field that it alone owned would fall back to one
   * replica: so somebody else owns it first, under a name that does not begin with {@code kubectl},
   * because Flux takes away what that owns; and an annotation makes the difference.
   *
   * @param hasPatches whether the Kustomization has patches, to which this one is added
   */
  static String kustomization(
      String namespace, Declared workload, int replicas, Kept kustomization, boolean hasPatches) {
    String patch =
        """
        target: {group: "%2$s", kind: %3$s, name: %4$s, namespace: %5$s}
        patch: |
          apiVersion: %1$s
          kind: %3$s
          metadata:
            name: %4$s
            annotations: {%6$s: unmanaged}
          spec:
            replicas: null
        """
            .formatted(
                workload.target().apiVersion(),
                workload.group(),
                workload.target().kind(),
                workload.target().name(),
                namespace,
                UNMANAGED);
    return """
    let Flux leave the replicas alone: keep their number while Flux lets go of it, then take the field out of what Flux applies. \
    Where the Kustomization itself lies in Git, write the patch there
    ```sh
    kubectl apply --server-side --field-manager=mcp-policy-handover -f - <<'YAML'
    {apiVersion: %1$s, kind: %2$s, metadata: {name: %3$s, namespace: %4$s}, spec: {replicas: %5$d}}
    YAML
    kubectl -n %6$s patch kustomizations.kustomize.toolkit.fluxcd.io %7$s --type=json --patch '
    %8$s'
    ```
    and call again once Flux has reconciled"""
        .formatted(
            workload.target().apiVersion(),
            workload.target().kind(),
            workload.target().name(),
            namespace,
            replicas,
            kustomization.namespace(),
            kustomization.name(),
            add("/spec/patches", patch, hasPatches));
  }

  /** By the rules of its drift detection. */
  static String helmRelease(String namespace, Declared workload, Kept release, boolean hasRules) {
    return """
    let the drift detection of Flux leave the replicas alone; where the HelmRelease itself lies in Git, write the rule there
    ```sh
    kubectl -n %1$s patch helmreleases.helm.toolkit.fluxcd.io %2$s --type=json --patch '
    %3$s'
    ```
    and call again in half a minute"""
        .formatted(
            release.namespace(),
            release.name(),
            add(
                "/spec/driftDetection/ignore",
                """
                paths: [/spec/replicas]
                target: {kind: %s, name: %s, namespace: %s}
                """
                    .formatted(workload.target().kind(), workload.target().name(), namespace),
                hasRules));
  }

  /** Ignored when compared, and when synchronised: the first alone does not keep a sync away. */
  static String application(
      String namespace,
      Declared workload,
      Kept application,
      boolean hasDifferences,
      boolean hasOptions) {
    return """
    let Argo CD leave the replicas alone, both when it compares and when it synchronises; where the Application itself lies in Git, \
    write both there
    ```sh
    kubectl -n %1$s patch applications.argoproj.io %2$s --type=json --patch '
    %3$s%4$s'
    ```
    and call again in half a minute"""
        .formatted(
            application.namespace(),
            application.name(),
            add(
                "/spec/ignoreDifferences",
                """
                group: "%s"
                kind: %s
                name: %s
                namespace: %s
                jsonPointers: [/spec/replicas]
                """
                    .formatted(
                        workload.group(),
                        workload.target().kind(),
                        workload.target().name(),
                        namespace),
                hasDifferences),
            hasOptions
                ? "- {op: add, path: /spec/syncPolicy/syncOptions/-, value: RespectIgnoreDifferences=true}\n"
                : "- {op: add, path: /spec/syncPolicy/syncOptions, value: [RespectIgnoreDifferences=true]}\n");
  }

  /** Argo CD leaves its marks and its fields on what an Application no longer keeps. */
  static String noApplication(String namespace, Declared workload) {
    return """
    no such Application was found. If Argo CD keeps its own in another namespace, who installed mcp-policy-operator must name it in the \
    chart's value `contested.argocd.namespace`. If Argo CD no longer keeps the workload, take its fields off it
    ```sh
    kubectl -n %1$s patch %2$s %3$s --type=json --patch '
    - {op: replace, path: /metadata/managedFields, value: [{}]}
    '
    ```
    and call again in half a minute"""
        .formatted(namespace, resource(workload), workload.target().name());
  }

  /** An operation of a JSON patch that adds an element to a list, which it may have to make. */
  private static String add(String path, String element, boolean exists) {
    return exists
        ? "- op: add\n  path: %s/-\n  value:\n%s".formatted(path, element.indent(4))
        : "- op: add\n  path: %s\n  value:\n  - %s".formatted(path, element.indent(4).substring(4));
  }

  static String declarePause(String namespace, String server, Declared workload, String object) {
    return """
    let a stop pause it: name it in the McpServer, which asks for the verb patch on that ScaledObject
    ```sh
    kubectl -n %s patch mcpservers.mcppolicy.dev %s --type=json --patch '
    - {op: add, path: /spec/workloads/%d/pauseScaledObject, value: %s}
    '
    ```
    and call again"""
        .formatted(namespace, server, workload.index(), object);
  }

  static String allowPause() {
    return "who installed mcp-policy-operator must set the chart's value `contested.keda.pause` to"
        + " true, so that a sidecar may pause a ScaledObject that its McpServer names";
  }

  static String minimumOfOne(String namespace, String autoscaler) {
    return """
    give it a minimum of one, so that it rests at zero
    ```sh
    kubectl -n %s patch horizontalpodautoscalers.autoscaling %s --type=merge --patch '{"spec": {"minReplicas": 1}}'
    ```
    and call again in half a minute"""
        .formatted(namespace, autoscaler);
  }

  /**
   * @param target the owner, as {@link #target} writes it
   */
  static String actOnOwner(String namespace, String server, Declared workload, String target) {
    return """
    act on the owner: make it the target of the workload in the McpServer
    ```sh
    kubectl -n %s patch mcpservers.mcppolicy.dev %s --type=json --patch '
    - {op: replace, path: /spec/workloads/%d/target, value: %s}
    '
    ```
    and call again; where the chart does not allow that kind yet, kubectl says which of its values does"""
        .formatted(namespace, server, workload.index(), target);
  }

  /**
   * A target of a workload.
   *
   * @param plural empty for a kind that needs none
   */
  static String target(String apiVersion, String kind, String plural, String name) {
    return "{apiVersion: %s, kind: %s, %sname: %s}"
        .formatted(apiVersion, kind, plural.isEmpty() ? "" : "resource: " + plural + ", ", name);
  }

  static String ownerWithoutScale(String kind) {
    return "take the workload out of the McpServer: only its owner can stop it, and no scale of a "
        + kind
        + " was found by which this could be done";
  }

  static String stranger(String namespace, Declared workload, String manager) {
    return """
    make `%1$s` leave spec.replicas alone, then scale it by hand and see that it stays there
    ```sh
    kubectl -n %2$s scale %3$s %4$s --replicas=0
    ```
    and start it with start_vllm"""
        .formatted(manager, namespace, resource(workload), workload.target().name());
  }

  /** As kubectl finds it. */
  private static String resource(Declared workload) {
    return workload.target().kind().toLowerCase(Locale.ROOT)
        + (workload.group().isEmpty() ? "" : "." + workload.group());
  }

  static String lookedAway(String value) {
    return "who installed mcp-policy-operator must let it look closer by the chart's value `"
        + value
        + "`; or take spec.replicas out of what is applied, and scale it once by hand";
  }

  /** An object that keeps the workload as it was applied. */
  record Kept(String namespace, String name) {}
}
