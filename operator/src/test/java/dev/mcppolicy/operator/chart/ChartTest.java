// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code -Dgolden=update} writes what the chart renders, and the CRDs into the chart, anew. */
final class ChartTest {
  private static final Path GOLDEN = Path.of("src/test/resources/chart");
  private static final boolean UPDATE = "update".equals(System.getProperty("golden"));
  private static final String RELEASE = "mcp-policy-operator";

  @Test
  void rendersItsDefaults() throws IOException {
    // The CRDs are compared with their own files below.
    assertGolden("default.yaml", Chart.rendered(RELEASE, Map.of("crds.install", false)));
  }

  @Test
  void rendersEveryValue() throws IOException {
    assertGolden(
        "every-value.yaml",
        Chart.rendered(
            "guard",
            Map.ofEntries(
                Map.entry("crds.install", false),
                Map.entry("replicas", 2),
                Map.entry("image.repository", "registry.example.org/operator"),
                Map.entry("image.digest", "sha256:" + "0a".repeat(32)),
                Map.entry("image.pullPolicy", "Always"),
                Map.entry("imagePullSecrets[0].name", "pull"),
                Map.entry("sidecar.image.repository", "registry.example.org/proxy"),
                Map.entry("sidecar.image.tag", "1.2.3"),
                Map.entry("sidecar.image.pullPolicy", "Always"),
                Map.entry("sidecar.userId", 70000),
                Map.entry("sidecar.resources.limits.memory", "256Mi"),
                Map.entry("contested.horizontalPodAutoscalers", false),
                Map.entry("contested.keda.pause", true),
                Map.entry("contested.flux", false),
                Map.entry("contested.argocd.namespace", "gitops"),
                Map.entry("clusterDomain", "k8s.example"),
                Map.entry("capabilities.logs", true),
                Map.entry("capabilities.deletePods", true),
                Map.entry("inferenceServices", true),
                Map.entry("scaleTargets[0].group", "leaderworkerset.x-k8s.io"),
                Map.entry("scaleTargets[0].resource", "leaderworkersets"),
                Map.entry("scaleTargets[1].group", "argoproj.io"),
                Map.entry("scaleTargets[1].resource", "rollouts"),
                Map.entry("dockerEndpoints[0]", "gpu-box.example.com:2376"),
                Map.entry("dockerEndpoints[1]", "[fd00::1]:2376"),
                Map.entry("priorityClassName", "system-cluster-critical"),
                Map.entry("nodeSelector.pool", "system"),
                Map.entry("tolerations[0].operator", "Exists"))));
  }

  @Test
  void holdsTheDefinitionsOfTheResources() throws IOException {
    Path folder = Chart.FOLDER.resolve("files/crds");
    var names = new TreeSet<String>();
    try (Stream<Path> files = Files.list(folder)) {
      files.forEach(file -> names.add(String.valueOf(file.getFileName())));
    }
    assertEquals(
        Set.of(
            "mcpservers.mcppolicy.dev.yaml",
            "mcppolicies.mcppolicy.dev.yaml",
            "mcpgrants.mcppolicy.dev.yaml",
            "mcpserverstates.mcppolicy.dev.yaml"),
        names);
    for (String name : names) {
      String generated = resource("/crds/" + name);
      if (UPDATE) {
        Files.writeString(folder.resolve(name), generated);
      }
      assertEquals(generated, Files.readString(folder.resolve(name)), name);
    }
    String rendered = Chart.rendered(RELEASE, Map.of());
    assertEquals(4, rendered.split("kind: CustomResourceDefinition", -1).length - 1);
    assertEquals(4, rendered.split("helm.sh/resource-policy: keep", -1).length - 1);
  }

  @ParameterizedTest
  @CsvSource({
    "sidecr.userId, 1, sidecr",
    "sidecar.userId, 0, userId",
    "sidecar.userId, root, userId",
    "replicas, 3, replicas",
    "image.pullPolicy, Sometimes, pullPolicy",
    "image.repository, a' || true || ', repository",
    "sidecar.image.repository, a' || true || ', repository",
    "sidecar.image.tag, x' , tag",
    "image.digest, latest, digest",
    "capabilities.log, true, log",
    "inferenceServices, maybe, inferenceServices",
    "scaleTargets[0].group, *, group",
    "scaleTargets[0].resource, pods/x, resource",
    "dockerEndpoints[0], gpu-box, dockerEndpoints",
    "dockerEndpoints[0], 'https://gpu-box:2376', dockerEndpoints",
    "dockerEndpoints[0], gpu-box:65536, dockerEndpoints",
    "dockerEndpoints[0], *, dockerEndpoints",
    "contested.flux, perhaps, flux",
    "contested.keda.paus, true, paus",
  })
  void refusesValuesThatAreNotAsTheyMustBe(String value, String given, String named) {
    var refused =
        assertThrows(
            IllegalStateException.class,
            () -> Chart.rendered(RELEASE, Map.<String, Object>of(value, given)));
    assertTrue(String.valueOf(refused.getMessage()).contains(named), refused::getMessage);
  }

  @Test
  void grantsTheOperatorNothingThatIsNotListed() {
    String rendered = Chart.rendered(RELEASE, Map.of("crds.install", false));
    List<PolicyRule> rules = Chart.objects(rendered, ClusterRole.class).getFirst().getRules();
    assertFalse(rules.isEmpty());
    for (PolicyRule rule : rules) {
      for (String forbidden : List.of("*", "escalate", "bind", "impersonate", "deletecollection")) {
        assertFalse(rule.getVerbs().contains(forbidden), rule::toString);
        assertFalse(rule.getResources().contains(forbidden), rule::toString);
        assertFalse(rule.getApiGroups().contains(forbidden), rule::toString);
      }
      assertTrue(
          rule.getResources().stream()
              .noneMatch(Set.of("pods/exec", "clusterroles", "nodes")::contains),
          rule::toString);
    }
  }

  @Test
  void leavesTheAuthorityOfTheWebhooksToTheOperator() {
    String rendered = Chart.rendered(RELEASE, Map.of());
    var mutating = Chart.objects(rendered, MutatingWebhookConfiguration.class).getFirst();
    var validating = Chart.objects(rendered, ValidatingWebhookConfiguration.class).getFirst();
    assertNull(mutating.getWebhooks().getFirst().getClientConfig().getCaBundle());
    assertNull(validating.getWebhooks().getFirst().getClientConfig().getCaBundle());
    assertEquals("Fail", mutating.getWebhooks().getFirst().getFailurePolicy()); // T109
    assertEquals("Fail", validating.getWebhooks().getFirst().getFailurePolicy());
  }

  @Test
  void runsTheOperatorAsTheRestrictedStandardDemands() {
    Deployment operator =
        Chart.objects(Chart.rendered(RELEASE, Map.of()), Deployment.class).getFirst();
    var pod = operator.getSpec().getTemplate().getSpec();
    var container = pod.getContainers().getFirst().getSecurityContext();
    assertEquals(true, pod.getSecurityContext().getRunAsNonRoot());
    assertEquals("RuntimeDefault", pod.getSecurityContext().getSeccompProfile().getType());
    assertEquals(false, container.getAllowPrivilegeEscalation());
    assertEquals(true, container.getReadOnlyRootFilesystem());
    assertEquals(List.of("ALL"), container.getCapabilities().getDrop());
  }

  private static void assertGolden(String name, String rendered) throws IOException {
    Path golden = GOLDEN.resolve(name);
    if (UPDATE) {
      Files.createDirectories(GOLDEN);
      Files.writeString(golden, rendered);
    }
    assertEquals(Files.readString(golden), rendered);
  }

  private static String resource(String path) {
    try (InputStream in = ChartTest.class.getResourceAsStream(path)) {
      if (in == null) {
        throw new AssertionError(path + " is not on the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
