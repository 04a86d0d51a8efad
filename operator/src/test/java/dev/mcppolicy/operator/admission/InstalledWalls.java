// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.admission;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mcppolicy.json.JsonLimits;
import dev.mcppolicy.json.JsonText;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.json.MalformedJsonException;
import dev.mcppolicy.json.StrictJson;
import dev.mcppolicy.operator.admission.inject.GuardedServer;
import dev.mcppolicy.operator.admission.inject.Injection;
import dev.mcppolicy.operator.admission.inject.PodInjector;
import dev.mcppolicy.operator.chart.Chart;
import dev.mcppolicy.testkit.cluster.TestCluster;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingAdmissionPolicy;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingAdmissionPolicyBinding;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.fabric8.zjsonpatch.JsonPatch;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The chart's admission policies, under a release of their own, at work in one namespace only: the
 * cluster is shared. Everything that can be is tried by dry run.
 */
final class InstalledWalls implements AutoCloseable {
  private static final KubernetesSerialization YAML = new KubernetesSerialization();
  private static final StrictJson JSON = new StrictJson(JsonLimits.REQUEST);
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final String PLAIN =
      """
      metadata: {name: vllm-0, labels: {mcppolicy.dev/server: vllm}}
      spec:
        schedulerName: none
        containers: [{name: server, image: "docker.io/library/vllm-mcp-server:1", command: [vllm-mcp-server]}]
      """;

  private final KubernetesClient client;
  private final String namespace;
  private final List<ValidatingAdmissionPolicy> policies;
  private final List<ValidatingAdmissionPolicyBinding> bindings;
  private final JsonObject injected;

  InstalledWalls(TestCluster cluster) {
    this.client = cluster.client();
    this.namespace = cluster.createNamespace("walls");
    String rendered = Chart.rendered("walls", Map.of("capabilities.deletePods", true));
    this.policies = Chart.objects(rendered, ValidatingAdmissionPolicy.class);
    this.bindings = Chart.objects(rendered, ValidatingAdmissionPolicyBinding.class);
    var settings =
        new SidecarSettings("docker.io/local/mcp-policy-proxy:0.1.0", "IfNotPresent", 64207, "{}");
    this.injected =
        switch (new PodInjector(settings.forInjection())
            .inject(
                json(PLAIN),
                namespace,
                (_, name) -> Optional.of(new GuardedServer(name, "server", List.of())))) {
          case Injection.Injected(JsonObject pod) -> pod;
          case Injection.Refused(List<String> reasons) -> throw new AssertionError(reasons);
        };
  }

  void install() throws InterruptedException {
    for (CustomResourceDefinition definition :
        Chart.objects(
            Chart.rendered("mcp-policy-operator", Map.of()), CustomResourceDefinition.class)) {
      // As Helm makes them, so that a later installation takes them over.
      definition
          .getMetadata()
          .setAnnotations(
              Map.of(
                  "helm.sh/resource-policy", "keep",
                  "meta.helm.sh/release-name", "mcp-policy-operator",
                  "meta.helm.sh/release-namespace", "mcp-policy-system"));
      apply(definition);
    }
    client
        .resource(
            new ServiceAccountBuilder()
                .withNewMetadata()
                .withName("vllm-mcp")
                .withNamespace(namespace)
                .endMetadata()
                .build())
        .create();
    policies.forEach(this::apply);
    for (ValidatingAdmissionPolicyBinding binding : bindings) {
      apply(
          binding
              .edit()
              .editSpec()
              .withNewMatchResources()
              .withNewNamespaceSelector()
              .addToMatchLabels("kubernetes.io/metadata.name", namespace)
              .endNamespaceSelector()
              .endMatchResources()
              .endSpec()
              .build());
    }
    author("nobody", "", "configmaps", "get");
    untilRefused(() -> admit(pod(PLAIN)));
    untilRefused(() -> writeAs("nobody", "deployment: {image: i}"));
    // Each time so that one policy alone refuses.
    String workload =
        "{name: a, target: {apiVersion: apps/v1, kind: Deployment, name: a}, pauseScaledObject: so}";
    String unpaused = "workloads: [%s]".formatted(workload.replace(", pauseScaledObject: so", ""));
    author("scaling", "apps", "deployments", "get");
    untilRefused(() -> writeAs("scaling", unpaused));
    author("reading", "apps", "deployments/scale", "patch");
    untilRefused(() -> writeAs("reading", unpaused));
    author("pausing", "apps", "deployments", "get");
    author("pausing", "apps", "deployments/scale", "patch");
    untilRefused(() -> writeAs("pausing", "workloads: [%s]".formatted(workload)));
    author(sidecar(), "", "pods", "delete");
    Pod probe = living(injected("- {op: replace, path: /metadata/name, value: probe}"));
    untilRefused(() -> debug(probe));
    untilRefused(() -> deleteAsSidecar(probe));
  }

  /** What the API server's own check of the expressions has to say. */
  List<String> typeWarnings() {
    var warnings = new ArrayList<String>();
    for (ValidatingAdmissionPolicy policy : policies) {
      ValidatingAdmissionPolicy checked =
          client
              .resource(policy)
              .waitUntilCondition(
                  found ->
                      found != null
                          && found.getStatus() != null
                          && found.getStatus().getTypeChecking() != null,
                  PATIENCE.toSeconds(),
                  TimeUnit.SECONDS);
      checked
          .getStatus()
          .getTypeChecking()
          .getExpressionWarnings()
          .forEach(warning -> warnings.add(warning.getFieldRef() + ": " + warning.getWarning()));
    }
    return warnings;
  }

  /** The pod as the webhook makes it, changed by operations of RFC 6902 in YAML. */
  Pod injected(String operations) {
    return YAML.unmarshal(patched(JsonText.string(injected), operations), Pod.class);
  }

  Pod pod(String yaml) {
    return YAML.unmarshal("---\n" + yaml, Pod.class);
  }

  void admit(Pod pod) {
    client.pods().inNamespace(namespace).resource(pod).dryRun().create();
  }

  /** Makes the pod; no node runs it, because no scheduler takes it. */
  Pod living(Pod pod) {
    return client.pods().inNamespace(namespace).resource(pod).create();
  }

  /** By dry run, as the account of a server's pods. */
  void deleteAsSidecar(Pod pod) {
    try (KubernetesClient sidecar = as(sidecar())) {
      sidecar.pods().inNamespace(namespace).withName(pod.getMetadata().getName()).dryRun().delete();
    }
  }

  String uidOfSidecar() {
    return client
        .serviceAccounts()
        .inNamespace(namespace)
        .withName("vllm-mcp")
        .require()
        .getMetadata()
        .getUid();
  }

  String sidecar() {
    return "system:serviceaccount:" + namespace + ":vllm-mcp";
  }

  void change(Pod pod, String operations) {
    client.pods().resource(pod).dryRun().patch(PatchContext.of(PatchType.JSON), asJson(operations));
  }

  void changeStatus(Pod pod, String operations) {
    client
        .pods()
        .resource(pod)
        .dryRun()
        .subresource("status")
        .patch(PatchContext.of(PatchType.JSON), asJson(operations));
  }

  void debug(Pod pod) {
    client
        .pods()
        .resource(pod)
        .dryRun()
        .subresource("ephemeralcontainers")
        .patch(
            PatchContext.of(PatchType.STRATEGIC_MERGE),
            asJson("{spec: {ephemeralContainers: [{name: debug, image: x}]}}"));
  }

  /** Gives a user one right, over all objects or over those names, and that to write McpServers. */
  void author(String user, String group, String resource, String verb, String... names) {
    String name = (user + "-" + resource + "-" + verb).replaceAll("[/:]", "-");
    client
        .resource(
            new RoleBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(namespace)
                .endMetadata()
                .addNewRule()
                .withApiGroups(group)
                .withResources(resource)
                .withVerbs(verb)
                .withResourceNames(names)
                .endRule()
                .addNewRule()
                .withApiGroups("mcppolicy.dev")
                .withResources("mcpservers")
                .withVerbs("create")
                .endRule()
                .build())
        .create();
    client
        .resource(
            new RoleBindingBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(namespace)
                .endMetadata()
                .withNewRoleRef("rbac.authorization.k8s.io", "Role", name)
                .addNewSubject("rbac.authorization.k8s.io", "User", user, null)
                .build())
        .create();
    for (String object : names.length == 0 ? new String[] {""} : names) {
      untilAllowed(user, group, resource, verb, object);
    }
  }

  /** The API server knows of a right some time after it is given. */
  private void untilAllowed(
      String user, String group, String resource, String verb, String object) {
    String[] parts = resource.split("/", 2);
    var review =
        new SubjectAccessReviewBuilder()
            .withNewSpec()
            .withUser(user)
            .withNewResourceAttributes()
            .withNamespace(namespace)
            .withGroup(group)
            .withResource(parts[0])
            .withSubresource(parts.length == 2 ? parts[1] : "")
            .withVerb(verb)
            .withName(object)
            .endResourceAttributes()
            .endSpec()
            .build();
    long deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
    while (!Objects.requireNonNull(
            client.authorization().v1().subjectAccessReview().create(review).getStatus())
        .getAllowed()) {
      assertTrue(System.nanoTime() < deadlineNanos, user + " may not " + verb + " " + resource);
      LockSupport.parkNanos(10_000_000); // nothing tells of it
    }
  }

  /** Writes an McpServer with those members of its spec, by dry run. */
  void writeAs(String user, String spec) {
    var server =
        YAML.unmarshal(
            """
            apiVersion: mcppolicy.dev/v1alpha1
            kind: McpServer
            metadata: {name: vllm}
            spec:
              transport: {stdio: {container: server, command: [x]}}
              %s
            """
                .formatted(spec),
            GenericKubernetesResource.class);
    try (KubernetesClient author = as(user)) {
      author.resource(server).inNamespace(namespace).dryRun().create();
    }
  }

  private KubernetesClient as(String user) {
    return new KubernetesClientBuilder()
        .withConfig(
            new ConfigBuilder(client.getConfiguration()).withImpersonateUsername(user).build())
        .build();
  }

  @Override
  public void close() {
    bindings.forEach(binding -> client.resource(binding).delete());
    policies.forEach(policy -> client.resource(policy).delete());
    client.namespaces().withName(namespace).delete();
  }

  private void apply(HasMetadata object) {
    client.resource(object).fieldManager("test").forceConflicts().serverSideApply();
  }

  /** Policies are at work some time after they are made. */
  private static void untilRefused(Runnable act) throws InterruptedException {
    long deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
    String last = "nothing was refused";
    while (System.nanoTime() < deadlineNanos) {
      try {
        act.run();
      } catch (KubernetesClientException refused) {
        last = String.valueOf(refused.getMessage()) + " " + refused.getCause();
        if (last.contains("ValidatingAdmissionPolicy")) {
          return;
        }
      }
      Thread.sleep(100); // nothing says when a policy is at work but what it refuses
    }
    throw new AssertionError("a policy was not at work within " + PATIENCE + ": " + last);
  }

  private static String patched(String json, String operations) {
    return YAML.asJson(
        JsonPatch.apply(
            YAML.unmarshal(asJson(operations), JsonNode.class),
            YAML.unmarshal(json, JsonNode.class)));
  }

  private static JsonObject json(String yaml) {
    return (JsonObject) read(asJson(yaml));
  }

  private static JsonValue read(String json) {
    try {
      return JSON.read(json.getBytes(StandardCharsets.UTF_8));
    } catch (MalformedJsonException impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** What begins with a brace would be taken for JSON, hence the mark. */
  private static String asJson(String yaml) {
    return YAML.asJson(YAML.unmarshal("---\n" + yaml, Object.class));
  }
}
