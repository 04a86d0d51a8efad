// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.contested;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.bundle.Contested;
import dev.mcppolicy.bundle.Workload.Target;
import dev.mcppolicy.operator.contested.ContestedLook.Seen;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Who is found, and what follows (T123). */
final class ContestedLookTest {
  private static final ContestedSettings ALL =
      new ContestedSettings(true, true, true, true, true, "argocd");
  private static final ContestedSettings NONE =
      new ContestedSettings(true, true, false, false, false, "argocd");
  private static final Declared PLAIN = declared(Optional.empty());

  private final FakeObjects objects = new FakeObjects();
  private Optional<Memory> memory = Optional.empty();
  private Optional<Instant> stopped = Optional.empty();

  private static Declared declared(Optional<String> pause) {
    return new Declared("w", 3, new Target("apps/v1", "Deployment", "vllm"), pause);
  }

  /** The next look, which remembers the one before. */
  private Optional<Contested> look(ContestedSettings settings, Declared workload) {
    Seen seen =
        Objects.requireNonNull(
            new ContestedLook(objects, settings)
                .look(
                    "inference",
                    "srv",
                    List.of(workload),
                    memory.map(last -> Map.of("w", last)).orElse(Map.of()),
                    _ -> stopped)
                .get("w"));
    memory = seen.memory();
    return seen.contested();
  }

  private Optional<Contested> look() {
    return look(ALL, PLAIN);
  }

  private String refusal(ContestedSettings settings, Declared workload) {
    Contested.Refused refused =
        assertInstanceOf(Contested.Refused.class, look(settings, workload).orElseThrow());
    return refused.by() + "|" + refused.remedy();
  }

  /** A Deployment whose replicas are owned by these managers. */
  private FakeObjects deployment(int replicas, String metadata, Owner... owners) {
    var fields = new StringBuilder();
    for (Owner owner : owners) {
      fields.append(
          "  - {manager: %s, operation: %s, time: '%s', fieldsType: FieldsV1, fieldsV1: {'f:spec': {%s}}}\n"
              .formatted(
                  owner.manager(),
                  owner.operation(),
                  owner.time(),
                  owner.holds() ? "'f:replicas': {}" : "'f:template': {}"));
    }
    return objects.with(
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: vllm
          namespace: inference
        %s  managedFields:
        %sspec: {replicas: %d}
        """
            .formatted(metadata.indent(2), fields, replicas));
  }

  private record Owner(String manager, String operation, String time, boolean holds) {
    Owner onTheClient() {
      return new Owner(manager, "Update", time, holds);
    }
  }

  private static Owner holds(String manager, String time) {
    return new Owner(manager, "Apply", "2026-01-01T" + time + "Z", true);
  }

  private static Owner without(String manager, String time) {
    return new Owner(manager, "Apply", "2026-01-01T" + time + "Z", false);
  }

  private FakeObjects plain() {
    return deployment(2, "labels: {app: vllm}", holds("kubectl", "10:00:00"));
  }

  @Test
  void findsNobodyWhereNobodyIs() {
    assertEquals(Optional.empty(), look(), "not even a workload");
    plain();
    assertEquals(Optional.empty(), look());
  }

  @Test
  void aPlainAutoscalerRests() {
    plain()
        .with(autoscaler("other", "minReplicas: 3", "else", ""))
        .with(autoscaler("hpa", "minReplicas: 2", "vllm", ""));
    assertEquals(Optional.of(new Contested.Rests("HorizontalPodAutoscaler `hpa`", 2)), look());
    objects.with(autoscaler("hpa", "maxReplicas: 2", "vllm", ""));
    assertEquals(Optional.of(new Contested.Rests("HorizontalPodAutoscaler `hpa`", 1)), look());
    assertEquals(
        Optional.empty(),
        look(new ContestedSettings(false, true, true, true, true, "argocd"), PLAIN),
        "without the right it is not looked for");
  }

  @Test
  void anAutoscalerThatScalesFromZeroDoesNotRest() {
    plain().with(autoscaler("hpa", "minReplicas: 0", "vllm", ""));
    String refused = refusal(ALL, PLAIN);
    assertTrue(refused.startsWith("HorizontalPodAutoscaler `hpa`|"), refused);
    assertTrue(refused.contains("--patch '{\"spec\": {\"minReplicas\": 1}}'"), refused);
  }

  private static String autoscaler(String name, String spec, String target, String owner) {
    return """
    apiVersion: autoscaling/v2
    kind: HorizontalPodAutoscaler
    metadata: {name: %s, namespace: inference%s}
    spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: %s}, %s}
    """
        .formatted(name, owner, target, spec);
  }

  private static String scaledObject(String spec) {
    return """
    apiVersion: keda.sh/v1alpha1
    kind: ScaledObject
    metadata: {name: so, namespace: inference}
    spec: {scaleTargetRef: {name: vllm}%s}
    """
        .formatted(spec);
  }

  @Test
  void kedaIsPausedWhereThatIsDeclared() {
    plain()
        .with(scaledObject(", minReplicaCount: 2"))
        .with(
            autoscaler(
                "keda-hpa-so",
                "minReplicas: 2",
                "vllm",
                ", ownerReferences: [{apiVersion: keda.sh/v1alpha1, kind: ScaledObject, name: so, uid: u}]"));
    assertEquals(
        Optional.of(new Contested.Paused("so", 2)), look(ALL, declared(Optional.of("so"))));
    String undeclared = refusal(ALL, PLAIN);
    assertTrue(undeclared.startsWith("KEDA (ScaledObject `so`)|"), undeclared);
    assertTrue(
        undeclared.contains(
            "kubectl -n inference patch mcpservers.mcppolicy.dev srv --type=json --patch '\n"
                + "- {op: add, path: /spec/workloads/3/pauseScaledObject, value: so}\n'"),
        undeclared);
    String another = refusal(ALL, declared(Optional.of("other")));
    assertEquals(undeclared, another, "a pause of another one does not help");
    String notAllowed = refusal(NONE, declared(Optional.of("so")));
    assertTrue(notAllowed.contains("`contested.keda.pause`"), notAllowed);
  }

  @Test
  void kedaIsKnownByItsAutoscalerWhereScaledObjectsAreNotRead() {
    plain()
        .with(
            autoscaler(
                "keda-hpa-so",
                "minReplicas: 2",
                "vllm",
                ", ownerReferences: [{apiVersion: keda.sh/v1alpha1, kind: ScaledObject, name: so, uid: u}]"));
    String refused =
        refusal(new ContestedSettings(true, false, false, true, true, "argocd"), PLAIN);
    assertTrue(refused.startsWith("KEDA (ScaledObject `so`)|"), refused);
  }

  private static String ownedBy(String apiVersion, String kind) {
    return "ownerReferences: [{apiVersion: %s, kind: %s, name: s, uid: u, controller: true}]"
        .formatted(apiVersion, kind);
  }

  @Test
  void anOwnerWithAScaleIsToBeTheTarget() {
    objects.withScalable("x.example/v1", "Set", "sets");
    deployment(1, ownedBy("x.example/v1", "Set"));
    String refused = refusal(ALL, PLAIN);
    assertTrue(refused.startsWith("Set `s`, which owns it|"), refused);
    assertTrue(
        refused.contains(
            """
            kubectl -n inference patch mcpservers.mcppolicy.dev srv --type=json --patch '
            - {op: replace, path: /spec/workloads/3/target, value: {apiVersion: x.example/v1, kind: Set, resource: sets, name: s}}
            '
            """),
        refused);
  }

  @Test
  void anInferenceServiceThatOwnsItIsToBeTheTarget() {
    deployment(1, ownedBy("serving.kserve.io/v1beta1", "InferenceService"));
    String refused = refusal(ALL, PLAIN);
    assertTrue(
        refused.contains(
            "value: {apiVersion: serving.kserve.io/v1beta1, kind: InferenceService, name: s}}"),
        refused);
  }

  /** The API server takes any text as the name of an owner. */
  @Test
  void whatAnOwnerIsCalledBreaksOutOfNoCommand() {
    objects.withScalable("x.example/v1", "Set", "sets");
    deployment(
        1,
        "ownerReferences: [{apiVersion: x.example/v1, kind: Set, name: \"s'; id #\", uid: u, controller: true}]");
    Contested.Refused refused =
        assertInstanceOf(Contested.Refused.class, look(ALL, PLAIN).orElseThrow());
    assertFalse(refused.remedy().contains("id #"), refused.remedy());
    assertFalse(refused.remedy().contains("```"), refused.remedy());
  }

  @Test
  void anOwnerWithoutAScaleCannotBeTheTarget() {
    deployment(1, ownedBy("x.example/v1", "Set"));
    String refused = refusal(ALL, PLAIN);
    assertTrue(
        refused.startsWith(
            "Set `s`, which owns it|take the workload out of the McpServer: only its owner can stop it"),
        refused);
  }

  private static final String BY_FLUX =
      "labels: {kustomize.toolkit.fluxcd.io/name: apps, kustomize.toolkit.fluxcd.io/namespace: flux-system}";

  @Test
  void fluxBringsBackWhatItApplies() {
    deployment(2, BY_FLUX, holds("kustomize-controller", "10:00:00"));
    assertEquals(
        """
        Flux (Kustomization `apps` of namespace `flux-system`)|let Flux leave the replicas alone: keep their number while Flux lets go of it, \
        then take the field out of what Flux applies. Where the Kustomization itself lies in Git, write the patch there
        ```sh
        kubectl apply --server-side --field-manager=mcp-policy-handover -f - <<'YAML'
        {apiVersion: apps/v1, kind: Deployment, metadata: {name: vllm, namespace: inference}, spec: {replicas: 2}}
        YAML
        kubectl -n flux-system patch kustomizations.kustomize.toolkit.fluxcd.io apps --type=json --patch '
        - op: add
          path: /spec/patches
          value:
          - target: {group: "apps", kind: Deployment, name: vllm, namespace: inference}
            patch: |
              apiVersion: apps/v1
              kind: Deployment
              metadata:
                name: vllm
                annotations: {mcppolicy.dev/replicas: unmanaged}
              spec:
                replicas: null
        '
        ```
        and call again once Flux has reconciled""",
        withKustomization("prune: true"));
    assertTrue(withKustomization("patches: [{patch: x}]").contains("path: /spec/patches/-\n"));
  }

  private String withKustomization(String spec) {
    objects.with(kustomization(spec));
    return refusal(ALL, PLAIN);
  }

  private static String kustomization(String spec) {
    return "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n"
        + "metadata: {name: apps, namespace: flux-system}\nspec: {"
        + spec
        + "}\n";
  }

  @Test
  void fluxThatLeavesTheReplicasAloneIsNobody() {
    deployment(
        2, BY_FLUX, without("kustomize-controller", "10:00:00"), holds("kubectl", "09:00:00"));
    assertEquals(Optional.empty(), look());
    deployment(2, BY_FLUX, holds("kustomize-controller", "10:00:00"))
        .with(
            kustomization(
                "ignore: [{paths: [/spec/replicas], target: {kind: Deployment, name: vllm}}]"));
    assertEquals(Optional.empty(), look());
    objects.with(
        kustomization("ignore: [{paths: [/spec/replicas], target: {labelSelector: app=vllm}}]"));
    assertTrue(look().isPresent(), "a selector is not understood");
    objects.with(
        kustomization(
            "ignore: [{paths: [/spec/replicas], target: {kind: Deployment, name: other}}]"));
    assertTrue(look().isPresent(), "a rule for another object");
  }

  @Test
  void fluxIsRememberedWhileSomebodyElseHasScaledMeanwhile() {
    deployment(2, BY_FLUX, holds("kustomize-controller", "10:00:00"));
    assertTrue(look().isPresent());
    deployment(
        5, BY_FLUX, without("kustomize-controller", "10:00:00"), holds("kubectl", "11:00:00"));
    assertTrue(look().isPresent(), "Flux has not been here since");
    deployment(
        5, BY_FLUX, without("kustomize-controller", "12:00:00"), holds("kubectl", "11:00:00"));
    assertEquals(Optional.empty(), look(), "Flux has applied it without replicas");
  }

  private static final String BY_HELM =
      "labels: {helm.toolkit.fluxcd.io/name: llm, helm.toolkit.fluxcd.io/namespace: inference}";

  private static String release(String spec) {
    return "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\n"
        + "metadata: {name: llm, namespace: inference}\nspec: {"
        + spec
        + "}\n";
  }

  @Test
  void aHelmReleaseBringsBackOnlyWhereItDetectsDrift() {
    deployment(2, BY_HELM, holds("helm-controller", "10:00:00")).with(release("interval: 1m"));
    assertEquals(Optional.empty(), look());
    objects.with(release("driftDetection: {mode: warn}"));
    assertEquals(Optional.empty(), look());
    objects.with(release("driftDetection: {mode: enabled}"));
    String refused = refusal(ALL, PLAIN);
    assertTrue(
        refused.contains(
            """
            kubectl -n inference patch helmreleases.helm.toolkit.fluxcd.io llm --type=json --patch '
            - op: add
              path: /spec/driftDetection/ignore
              value:
              - paths: [/spec/replicas]
                target: {kind: Deployment, name: vllm, namespace: inference}
            '
            """),
        refused);
    objects.with(
        release(
            "driftDetection: {mode: enabled, ignore: [{paths: [/spec/replicas], target: {kind: Deployment}}]}"));
    assertEquals(Optional.empty(), look());
    assertTrue(refusal(NONE, PLAIN).contains("`contested.flux`"), "it may not look closer");
  }

  private static final String BY_ARGO =
      "annotations: {argocd.argoproj.io/tracking-id: 'llm:apps/Deployment:inference/vllm'}";

  private static String application(String spec) {
    return "apiVersion: argoproj.io/v1alpha1\nkind: Application\n"
        + "metadata: {name: llm, namespace: argocd}\nspec: {"
        + spec
        + "}\n";
  }

  @Test
  void argoCdBringsBackWhereItHealsItself() {
    deployment(2, BY_ARGO, holds("argocd-controller", "10:00:00"))
        .with(application("syncPolicy: {automated: {selfHeal: true}}"));
    String refused = refusal(ALL, PLAIN);
    assertTrue(
        refused.contains(
            """
            kubectl -n argocd patch applications.argoproj.io llm --type=json --patch '
            - op: add
              path: /spec/ignoreDifferences
              value:
              - group: "apps"
                kind: Deployment
                name: vllm
                namespace: inference
                jsonPointers: [/spec/replicas]
            - {op: add, path: /spec/syncPolicy/syncOptions, value: [RespectIgnoreDifferences=true]}
            '
            """),
        refused);
    objects.with(
        application(
            "syncPolicy: {automated: {selfHeal: true}}, ignoreDifferences: [{group: apps, kind: Deployment, jsonPointers: [/spec/replicas]}]"));
    assertTrue(look().isPresent(), "ignoring the difference alone does not keep a sync away");
    objects.with(
        application(
            "syncPolicy: {automated: {selfHeal: true}, syncOptions: [RespectIgnoreDifferences=true]}, ignoreDifferences: [{group: apps, kind: Deployment, jsonPointers: [/spec/replicas]}]"));
    assertEquals(Optional.empty(), look());
    objects.with(application("syncPolicy: {automated: {prune: true}}"));
    assertEquals(Optional.empty(), look(), "it synchronises when somebody asks for it");
    assertTrue(refusal(NONE, PLAIN).contains("`contested.argocd.find`"), "may not look closer");
  }

  /** As Argo CD applies it on the client's side: managed fields of operation Update. */
  private FakeObjects byArgoCd(String applied, Owner... owners) {
    return deployment(
        2,
        """
        annotations:
          argocd.argoproj.io/tracking-id: llm:apps/Deployment:inference/vllm
        """
            + (applied.isEmpty()
                ? ""
                : "  kubectl.kubernetes.io/last-applied-configuration: '" + applied + "'"),
        Stream.of(owners).map(Owner::onTheClient).toArray(Owner[]::new));
  }

  @Test
  void argoCdOwnsNoNumberThatWasThereBeforeAndBringsItBackAllTheSame() {
    objects.with(application("syncPolicy: {automated: {selfHeal: true}}"));
    Owner[] owners = {holds("kubectl", "11:00:00"), without("argocd-controller", "12:00:00")};
    byArgoCd("{\"spec\":{\"replicas\":2}}", owners);
    assertTrue(look().isPresent());
    byArgoCd("", owners);
    assertTrue(look().isPresent(), "what it applied cannot be seen");
    for (String unreadable : List.of("[]", "{\"spec\":")) {
      byArgoCd(unreadable, owners);
      assertTrue(look().isPresent(), unreadable);
    }
    for (String without : List.of("{}", "{\"spec\":{\"replicas\":null}}")) {
      memory = Optional.empty();
      byArgoCd(without, owners);
      assertEquals(Optional.empty(), look(), without);
    }
    byArgoCd(
        "{\"spec\":{\"template\":{}}}",
        holds("kubectl", "11:00:00"),
        without("argocd-controller", "13:00:00"));
    assertEquals(Optional.empty(), look(), "Git no longer says how many");
    byArgoCd("{\"spec\":{\"template\":{}}}", holds("argocd-controller", "14:00:00"));
    assertEquals(Optional.empty(), look(), "the creator owns what the API server filled in");
  }

  @Test
  void whatArgoCdAppliesOnTheServerIsWhatItOwns() {
    objects.with(application("syncPolicy: {automated: {selfHeal: true}}"));
    deployment(2, BY_ARGO, without("argocd-controller", "12:00:00"));
    assertEquals(Optional.empty(), look());
    deployment(2, BY_ARGO, holds("argocd-controller", "13:00:00"));
    assertTrue(look().isPresent());
  }

  @Test
  void argoCdIsFoundByTheLabelsWithWhichItMarks() {
    for (String key : List.of("app.kubernetes.io/instance", "argocd.argoproj.io/instance")) {
      deployment(2, "labels: {" + key + ": llm}", holds("argocd-controller", "10:00:00"))
          .with(application("syncPolicy: {automated: {selfHeal: true}}"));
      String refused = refusal(ALL, PLAIN);
      assertTrue(refused.startsWith("Argo CD (Application `llm` of namespace `argocd`)|"), refused);
    }
  }

  @Test
  void argoCdWithoutAnApplicationSaysHowToLetGo() {
    deployment(2, BY_ARGO, holds("argocd-controller", "10:00:00"));
    String refused = refusal(ALL, PLAIN);
    assertTrue(refused.contains("`contested.argocd.namespace`"), refused);
    assertTrue(
        refused.contains(
            """
            kubectl -n inference patch deployment.apps vllm --type=json --patch '
            - {op: replace, path: /metadata/managedFields, value: [{}]}
            '
            """),
        refused);
    deployment(2, "labels: {a: b}", holds("argocd-controller", "10:00:00"));
    assertTrue(
        refusal(ALL, PLAIN).startsWith("Argo CD (which Application is not marked on it)|no such"));
    deployment(2, BY_ARGO);
    assertEquals(Optional.empty(), look(), "what the command leaves");
  }

  @Test
  void anApplicationOfAnotherNamespaceIsFoundByItsTrackingId() {
    deployment(
            2,
            "annotations: {argocd.argoproj.io/tracking-id: 'team_llm:apps/Deployment:inference/vllm'}",
            holds("argocd-controller", "10:00:00"))
        .with(
            application("syncPolicy: {automated: {selfHeal: true}}")
                .replace("namespace: argocd", "namespace: team"));
    String refused = refusal(ALL, PLAIN);
    assertTrue(refused.startsWith("Argo CD (Application `llm` of namespace `team`)|"), refused);
  }

  @Test
  void aStrangerIsFoundOnceHeHasUndoneAStop() {
    deployment(2, "labels: {a: b}", holds("scaler-of-theirs", "10:00:00"));
    assertEquals(Optional.empty(), look(), "he may be a person");
    stopped = Optional.of(Instant.parse("2026-01-01T11:00:00Z"));
    deployment(2, "labels: {a: b}", holds("scaler-of-theirs", "11:00:02"));
    String refused = refusal(ALL, PLAIN);
    assertTrue(
        refused.startsWith("`scaler-of-theirs`, which scaled it up again after a stop|"), refused);
    assertTrue(
        refused.contains("kubectl -n inference scale deployment.apps vllm --replicas=0"), refused);
    deployment(0, "labels: {a: b}", holds("kubectl", "12:00:00"));
    assertEquals(Optional.empty(), look(), "a person has scaled it, and it stayed so");
  }

  @Test
  void aStrangerIsFoundThoughTheStopWasSeenBefore() {
    stopped = Optional.of(Instant.parse("2026-01-01T11:00:00Z"));
    deployment(0, "labels: {a: b}"); // nobody owns a zero that came by /scale
    assertEquals(Optional.empty(), look());
    deployment(2, "labels: {a: b}", holds("scaler-of-theirs", "11:05:00"));
    assertTrue(look().isPresent());
  }

  /** A scale by a patch leaves no owner behind. */
  @Test
  void aStrangerIsFoundThoughNobodyOwnedTheReplicasMeanwhile() {
    plain();
    assertEquals(Optional.empty(), look());
    stopped = Optional.of(Instant.parse("2026-01-01T11:00:00Z"));
    deployment(0, "labels: {a: b}");
    assertEquals(Optional.empty(), look());
    assertEquals(Optional.empty(), look());
    deployment(2, "labels: {a: b}", holds("scaler-of-theirs", "11:05:00"));
    String refused = refusal(ALL, PLAIN);
    assertTrue(
        refused.startsWith("`scaler-of-theirs`, which scaled it up again after a stop|"), refused);
  }

  @Test
  void aStrangerIsFoundThoughTheOperatorWasStartedWhileItRested() {
    stopped = Optional.of(Instant.parse("2026-01-01T11:00:00Z"));
    deployment(0, "labels: {a: b}");
    assertEquals(Optional.empty(), look());
    deployment(2, "labels: {a: b}", holds("scaler-of-theirs", "11:05:00"));
    assertTrue(look().isPresent());
  }

  @Test
  void aPersonWhoScalesUpIsNobody() {
    deployment(0, "labels: {a: b}", holds("mcp-policy-sidecar", "11:00:00"));
    assertEquals(Optional.empty(), look());
    deployment(2, "labels: {a: b}", holds("kubectl", "11:05:00"));
    assertEquals(Optional.empty(), look());
  }

  @Test
  void namesAllWhoRefuseAtOnce() {
    deployment(2, BY_FLUX, holds("kustomize-controller", "10:00:00")).with(scaledObject(""));
    String refused = refusal(ALL, PLAIN);
    assertTrue(refused.contains("Flux (") && refused.contains(" and KEDA ("), refused);
    assertTrue(
        refused.contains("path: /spec/patches") && refused.contains("pauseScaledObject"), refused);
  }

  @Test
  void whatOthersWriteIntoTheirObjectsKeepsNoBundleFromBeingPublished() {
    String longKind = "K".repeat(100_000);
    deployment(
        1,
        "ownerReferences: [{apiVersion: x.example/v1, kind: %s, name: s, uid: u, controller: true}]"
            .formatted(longKind));
    var refused = assertInstanceOf(Contested.Refused.class, look().orElseThrow());
    assertTrue(refused.by().startsWith("KKK") && refused.by().length() == 4_096);
    assertEquals(32_768, refused.remedy().length());
    plain().with(scaledObject(", minReplicaCount: -2"));
    assertEquals(
        Optional.of(new Contested.Paused("so", 0)), look(ALL, declared(Optional.of("so"))));
  }

  @Test
  void aToolThatOnlyLeftItsNameHidesNoOther() {
    deployment(
            2,
            "annotations: {argocd.argoproj.io/tracking-id: 'llm:apps/Deployment:inference/vllm'}\n"
                + BY_HELM,
            holds("helm-controller", "09:00:00").onTheClient(),
            holds("argocd-controller", "10:00:00").onTheClient())
        .with(application("syncPolicy: {automated: {selfHeal: true}}"));
    String refused = refusal(ALL, PLAIN);
    assertTrue(refused.startsWith("Argo CD (Application `llm` of namespace `argocd`)|"), refused);
  }
}
