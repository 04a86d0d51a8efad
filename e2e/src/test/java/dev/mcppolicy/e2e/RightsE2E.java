// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.testkit.cluster.Artefacts;
import dev.mcppolicy.testkit.cluster.SharedCluster;
import io.fabric8.kubernetes.api.model.authorization.v1.ResourceRule;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectRulesReviewBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** Nobody gets more rights by the product than he has (T118, T122). */
@ExtendWith({SharedCluster.class, InstalledProduct.class})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RightsE2E {
  private final Product product;
  private final GuardedNamespace namespace;

  RightsE2E(Product product) {
    this.product = product;
    namespace = GuardedNamespace.create(product, "rights");
  }

  @BeforeAll
  void giveRightsToAuthors() {
    namespace.apply(
        """
        apiVersion: v1
        kind: Secret
        metadata: {name: model-key}
        stringData: {key: very-secret}
        """,
        mayWriteServers(
            "scaler",
            """
            - {apiGroups: [apps], resources: [deployments/scale], verbs: [patch], resourceNames: [vllm, vllm-2]}
            - {apiGroups: [apps], resources: [deployments], verbs: [get]}
            """),
        mayWriteServers(
            "blind",
            """
            - {apiGroups: [apps], resources: [deployments/scale], verbs: [patch]}
            - {apiGroups: [""], resources: [pods/log], verbs: [get]}
            """),
        mayWriteServers(
            "writer",
            """
            - {apiGroups: [apps], resources: [deployments], verbs: [get]}
            """),
        mayWriteServers(
            "deployer",
            """
            - {apiGroups: [apps], resources: [deployments], verbs: [create]}
            """),
        mayWriteServers(
            "owner",
            """
            - {apiGroups: [apps], resources: [deployments], verbs: [get, create]}
            - {apiGroups: [apps], resources: [deployments/scale], verbs: [patch]}
            - {apiGroups: [""], resources: [secrets], verbs: [get], resourceNames: [model-key]}
            """),
        mayWriteServers(
            "pauser",
            """
            - {apiGroups: [apps], resources: [deployments/scale], verbs: [patch], resourceNames: [vllm]}
            - {apiGroups: [apps], resources: [deployments], verbs: [get], resourceNames: [vllm]}
            - {apiGroups: [keda.sh], resources: [scaledobjects], verbs: [patch], resourceNames: [vllm]}
            """));
  }

  @AfterAll
  void deleteNamespace() {
    namespace.close();
  }

  @Test
  void authorMustHaveRightToScaleEveryTarget() {
    String adopted =
        """
        apiVersion: mcppolicy.dev/v1alpha1
        kind: McpServer
        metadata: {name: %s}
        spec:
          transport: {stdio: {container: server}}
          workloads:
          - {name: a, target: {apiVersion: apps/v1, kind: Deployment, name: vllm}}
          - {name: b, target: {apiVersion: apps/v1, kind: Deployment, name: %s}}
        """;
    String writer = namespace.refused(adopted.formatted("one", "vllm-2"), "--as=writer");
    assertTrue(writer.contains("scale"), writer);
    String scaler = namespace.refused(adopted.formatted("two", "another"), "--as=scaler");
    assertTrue(scaler.contains("scale"), scaler);
    accepted(adopted.formatted("three", "vllm-2"), "scaler");
    // Who takes over a server of somebody else's is asked again.
    String changed = namespace.refused(adopted.formatted("three", "another"), "--as=scaler");
    assertTrue(changed.contains("scale"), changed);
  }

  /** A Role for a sidecar holds what its tools read, too: the Deployment's variables among it. */
  @Test
  void authorMustHaveRightToReadWhatASidecarReads() {
    String server =
        """
        apiVersion: mcppolicy.dev/v1alpha1
        kind: McpServer
        metadata: {name: spying}
        spec:
          transport: {stdio: {container: server}}
          workloads:
          - {name: a, target: {apiVersion: apps/v1, kind: Deployment, name: vllm}}
        """;
    String blind = namespace.refused(server, "--as=blind");
    assertTrue(blind.contains("you may not get Deployment `vllm` yourself"), blind);
    String listing = namespace.refused(server + "  capabilities: [Pods]\n", "--as=scaler");
    assertTrue(listing.contains("you may not list the pods of this namespace"), listing);
  }

  @Test
  void authorMustHaveRightToCreateDeployments() {
    String managed =
        """
        apiVersion: mcppolicy.dev/v1alpha1
        kind: McpServer
        metadata: {name: managed}
        spec:
          deployment: {image: "docker.io/local/vllm-mcp-server:0.1.4", replicas: 0}
          transport: {stdio: {container: server, command: [vllm-mcp-server]}}
        """;
    String writer = namespace.refused(managed, "--as=writer");
    assertTrue(writer.toLowerCase(java.util.Locale.ROOT).contains("deployment"), writer);
    accepted(managed, "deployer");
  }

  @Test
  void authorMustHaveRightToGetEverySecret() {
    String reading =
        """
        apiVersion: mcppolicy.dev/v1alpha1
        kind: McpServer
        metadata: {name: reading}
        spec:
          deployment:
            image: docker.io/local/vllm-mcp-server:0.1.4
            replicas: 0
            env:
            - {name: PLAIN, value: x}
            - {name: VLLM_API_KEY, valueFrom: {secretKeyRef: {name: %s, key: key}}}
          transport: {stdio: {container: server, command: [vllm-mcp-server]}}
        """;
    String deployer = namespace.refused(reading.formatted("model-key"), "--as=deployer");
    assertTrue(deployer.contains("ecret"), deployer);
    String owner = namespace.refused(reading.formatted("another"), "--as=owner");
    assertTrue(owner.contains("ecret"), owner);
    accepted(reading.formatted("model-key"), "owner");
  }

  /** With KEDA's own definition; its operator has no part in this. */
  @Test
  void authorMustHaveRightToPatchEveryScaledObjectThatAStopPauses() throws IOException {
    String pausing =
        """
        apiVersion: mcppolicy.dev/v1alpha1
        kind: McpServer
        metadata: {name: pausing}
        spec:
          transport: {stdio: {container: server}}
          workloads:
          - {name: a, pauseScaledObject: %s, target: {apiVersion: apps/v1, kind: Deployment, name: vllm}}
        """;
    Path definition = Artefacts.scaledObjectDefinition();
    product.kubectl("apply", "--server-side", "--filename", definition.toString());
    product.kubectl(
        "wait",
        "--for=condition=Established",
        "--timeout=60s",
        "--filename",
        definition.toString());
    // Asked while the chart does not give it, too: nobody is asked when the value changes.
    String before = namespace.refused(pausing.formatted("vllm"), "--as=scaler");
    assertTrue(before.contains("you may not patch ScaledObject `vllm` yourself"), before);
    String off = namespace.refused(pausing.formatted("vllm"), "--as=pauser");
    assertTrue(off.contains("`contested.keda.pause: true`"), off);
    product.install("contested.keda.pause=true");
    try {
      namespace.apply(
          """
          apiVersion: keda.sh/v1alpha1
          kind: ScaledObject
          metadata: {name: vllm}
          spec: {scaleTargetRef: {name: vllm}, triggers: [{type: cpu, metadata: {value: "50"}}]}
          """);
      Waiting.until(
          "the policy is in force",
          Duration.ofSeconds(30),
          () ->
              namespace
                  .attemptApply(pausing.formatted("vllm"), "--as=scaler", "--dry-run=server")
                  .output()
                  .contains("ScaledObject"));
      String scaler = namespace.refused(pausing.formatted("vllm"), "--as=scaler");
      assertTrue(
          scaler.contains(
              "spec.workloads: you may not patch ScaledObject `vllm` yourself, so you may not let a"
                  + " stop pause it; ask for the verb patch on scaledobjects.keda.sh of that name"),
          scaler);
      String another = namespace.refused(pausing.formatted("another"), "--as=pauser");
      assertTrue(another.contains("you may not patch ScaledObject `another` yourself"), another);
      accepted(pausing.formatted("vllm"), "pauser");
      String changed = namespace.refused(pausing.formatted("another"), "--as=pauser");
      assertTrue(changed.contains("you may not patch ScaledObject `another` yourself"), changed);

      Waiting.until(
          "the sidecar may patch that ScaledObject",
          Duration.ofSeconds(30),
          () -> rightsOf("pausing-mcp").contains("patch scaledobjects.keda.sh/vllm"));
      assertEquals(
          Set.of("get scaledobjects.keda.sh/vllm", "patch scaledobjects.keda.sh/vllm"),
          rightsOf("pausing-mcp").stream()
              .filter(right -> right.contains("scaledobjects"))
              .collect(Collectors.toSet()));
    } finally {
      product.kubectl("delete", "--filename", definition.toString());
      product.install();
    }
  }

  @Test
  void sidecarMayDoItsWorkAndNothingElse() throws IOException {
    accepted(
        """
        apiVersion: mcppolicy.dev/v1alpha1
        kind: McpServer
        metadata: {name: small}
        spec:
          transport: {stdio: {container: server}}
          workloads:
          - {name: a, target: {apiVersion: apps/v1, kind: Deployment, name: vllm}}
        """,
        "owner");
    Set<String> everybody = rightsOf("nobody-in-particular");
    Set<String> expected =
        Set.of(
            "get secrets/small-mcp",
            "list secrets/small-mcp",
            "watch secrets/small-mcp",
            "get mcpserverstates.mcppolicy.dev/small",
            "watch mcpserverstates.mcppolicy.dev/small",
            "patch mcpserverstates.mcppolicy.dev/small",
            "get deployments.apps/vllm",
            "get deployments/scale.apps/vllm",
            "patch deployments/scale.apps/vllm",
            "create events.events.k8s.io");
    Waiting.until(
        "the sidecar's Role is bound",
        Duration.ofSeconds(30),
        () -> rightsOf("small-mcp").containsAll(expected));
    Set<String> own = rightsOf("small-mcp");
    own.removeAll(everybody);
    assertEquals(new TreeSet<>(expected), own);
  }

  private void accepted(String manifest, String user) {
    Command.Outcome outcome = namespace.attemptApply(manifest, "--as=" + user);
    assertEquals(0, outcome.exitCode(), outcome::output);
  }

  private Set<String> rightsOf(String account) throws IOException {
    Config asAccount =
        new ConfigBuilder(Config.fromKubeconfig(Files.readString(product.cluster().kubeconfig())))
            .withImpersonateUsername("system:serviceaccount:" + namespace.name() + ":" + account)
            .withImpersonateGroups(
                "system:serviceaccounts",
                "system:serviceaccounts:" + namespace.name(),
                "system:authenticated")
            .build();
    var rights = new TreeSet<String>();
    try (var client = new KubernetesClientBuilder().withConfig(asAccount).build()) {
      List<ResourceRule> rules =
          client
              .authorization()
              .v1()
              .selfSubjectRulesReview()
              .create(
                  new SelfSubjectRulesReviewBuilder()
                      .withNewSpec()
                      .withNamespace(namespace.name())
                      .endSpec()
                      .build())
              .getStatus()
              .getResourceRules();
      for (ResourceRule rule : rules) {
        for (String verb : rule.getVerbs()) {
          for (String group : rule.getApiGroups()) {
            for (String resource : rule.getResources()) {
              String what = verb + " " + resource + (group.isEmpty() ? "" : "." + group);
              if (rule.getResourceNames().isEmpty()) {
                rights.add(what);
              }
              rule.getResourceNames().forEach(name -> rights.add(what + "/" + name));
            }
          }
        }
      }
    }
    return rights;
  }

  /** A user who may write McpServers; `more` are further rules. */
  private static String mayWriteServers(String user, String more) {
    return """
        apiVersion: rbac.authorization.k8s.io/v1
        kind: RoleBinding
        metadata: {name: %1$s}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: %1$s}
        subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: %1$s}]
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: Role
        metadata: {name: %1$s}
        rules:
        - {apiGroups: [mcppolicy.dev], resources: [mcpservers], verbs: [get, create, update, patch]}
        """
            .formatted(user)
        + more;
  }
}
