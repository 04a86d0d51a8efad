// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.api.v1alpha1.McpGrant;
import dev.mcppolicy.api.v1alpha1.McpPolicy;
import dev.mcppolicy.api.v1alpha1.McpServer;
import dev.mcppolicy.api.v1alpha1.McpServerState;
import dev.mcppolicy.bundle.Bundle;
import dev.mcppolicy.bundle.BundledPolicy;
import dev.mcppolicy.testkit.cluster.SharedCluster;
import dev.mcppolicy.testkit.cluster.TestCluster;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What the reconcilers make of resources, on a real API server. Each test has a server of its own.
 */
@ExtendWith(SharedCluster.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class OperatorIT {
  private final OperatorUnderTest operator;

  OperatorIT(TestCluster cluster) {
    operator = new OperatorUnderTest(cluster);
  }

  @AfterAll
  void close() {
    operator.close();
  }

  @Test
  void makesEverythingThatAServerNeeds() throws Exception {
    operator.apply(server("all") + "---\n" + policy("all", 1) + "---\n" + grant("all"));
    Bundle bundle =
        operator.awaitBundle("all", b -> !b.policies().isEmpty() && !b.grants().isEmpty());
    McpServer server =
        operator.await(
            McpServer.class,
            "all",
            s ->
                s.getStatus() != null
                    && conditions(s).stream().anyMatch(c -> c.getReason().equals("NoPods")));
    assertEquals("https://all-mcp." + operator.namespace + ".svc/mcp", server.getStatus().url());
    assertEquals(1, server.getStatus().policies());
    assertEquals(1, server.getStatus().grants());

    Service service = operator.await(Service.class, "all-mcp", s -> true);
    assertTrue(service.getSpec().getPublishNotReadyAddresses());
    assertEquals(443, service.getSpec().getPorts().getFirst().getPort());
    assertEquals(8443, service.getSpec().getPorts().getFirst().getTargetPort().getIntVal());
    assertFalse(
        operator
            .await(ServiceAccount.class, "all-mcp", a -> true)
            .getAutomountServiceAccountToken());
    operator.await(Role.class, "all-mcp", r -> r.getRules().size() == 5);
    operator.await(RoleBinding.class, "all-mcp", r -> true);
    operator.await(McpServerState.class, "all", s -> true);

    McpGrant grant =
        operator.await(
            McpGrant.class, "all", g -> g.getStatus() != null && isTrue(conditions(g), "Ready"));
    Secret secret = operator.await(Secret.class, "all-token", s -> true);
    String token = data(secret, "token");
    assertTrue(token.matches("mcpg_all_[A-Za-z0-9_-]{43}"), "43 characters are 256 bits");
    assertEquals(server.getStatus().url(), data(secret, "url"));
    assertTrue(data(secret, "ca.crt").startsWith("-----BEGIN CERTIFICATE-----"));
    assertEquals(
        HexFormat.of()
            .formatHex(MessageDigest.getInstance("SHA-256").digest(token.getBytes(UTF_8))),
        bundle.grants().getFirst().tokenSha256());
    assertFalse(
        operator.client.getKubernetesSerialization().asJson(grant).contains(token),
        "no token in a status");
  }

  @Test
  void isEnforcedOnlyWhenEveryPodAcknowledgedThisGeneration() {
    operator.apply(server("enf") + "---\n" + grant("enf"));
    operator.apply(policy("enf", 1));
    awaitReason(McpPolicy.class, "enf", "NoPods");
    Pod pod = operator.startPod("enf-0", "enf");
    awaitReason(McpPolicy.class, "enf", "Pending");
    for (int max = 2; max <= 4; max++) {
      Bundle before = operator.awaitBundle("enf", b -> b.policies().size() == 1);
      operator.acknowledge(pod, "enf", before);
      awaitEnforced("enf");
      operator.apply(policy("enf", max));
      long generation = generation("enf");
      Bundle next =
          operator.awaitBundle("enf", b -> b.policies().getFirst().id().generation() == generation);
      assertTrue(next.sequence() > before.sequence());
      operator.acknowledge(pod, "enf", before); // once more what it has: not what is asked for
      McpPolicy pending = awaitReason(McpPolicy.class, "enf", "Pending");
      assertEquals(generation, enforced(pending).getObservedGeneration());
      operator.acknowledge(pod, "enf", next);
      assertEquals(generation, enforced(awaitEnforced("enf")).getObservedGeneration());
    }
    operator.await(McpServer.class, "enf", s -> isTrue(conditions(s), "Ready"));

    Pod second = operator.startPod("enf-1", "enf");
    awaitReason(McpPolicy.class, "enf", "Pending");
    McpServer server = awaitReason(McpServer.class, "enf", "CountersNotShared");
    assertTrue(isTrue(conditions(server), "CountersVolatile"));
    operator.awaitBundle("enf", b -> b.denyAll().isPresent());

    operator.client.resource(second).delete();
    Bundle again = operator.awaitBundle("enf", b -> b.denyAll().isEmpty());
    operator.acknowledge(pod, "enf", again);
    awaitEnforced("enf");
  }

  @Test
  void changesTheBundleAtOnce() {
    operator.apply(server("fast") + "---\n" + grant("fast") + "---\n" + policy("fast", 1));
    operator.awaitBundle("fast", b -> b.policies().size() == 1);
    long[] millis = new long[40];
    for (int i = 0; i < millis.length; i++) {
      operator.apply(policy("fast", 2 + i % 2));
      long applied = System.nanoTime();
      long generation = generation("fast");
      operator.awaitBundle("fast", b -> b.policies().getFirst().id().generation() == generation);
      millis[i] = (System.nanoTime() - applied) / 1_000_000;
    }
    Arrays.sort(millis);
    System.err.printf(
        "from apply returning to the bundle being seen: p50 %d ms, p95 %d ms, worst %d ms%n",
        millis[millis.length / 2], millis[millis.length * 95 / 100], millis[millis.length - 1]);
    assertTrue(millis[millis.length / 2] < 500, Arrays.toString(millis));
  }

  @Test
  void writesNothingAtASecondStart() {
    operator.apply(managed("twice") + "---\n" + policy("twice", 1) + "---\n" + grant("twice"));
    operator.await(
        McpGrant.class, "twice", g -> g.getStatus() != null && isTrue(conditions(g), "Ready"));
    operator.await(
        Deployment.class, "twice-mcp", d -> d.getStatus().getObservedGeneration() != null);
    awaitReason(McpPolicy.class, "twice", "NoPods");
    awaitReason(McpServer.class, "twice", "NotAcknowledged"); // the pod has no sidecar here
    operator.stop();
    operator.writes.clear();
    operator.startAgain();
    // a server that comes after the start is reconciled after those that were there
    operator.apply(server("later") + "---\n" + policy("later", 1));
    awaitReason(McpServer.class, "later", "NoGrant");
    awaitReason(McpPolicy.class, "later", "NoPods");
    assertEquals(
        List.of(), operator.writes.stream().filter(write -> !write.contains("/later")).toList());
    assertTrue(operator.writes.size() <= 10, operator.writes::toString); // 8 objects, 2 statuses
  }

  @Test
  void stopsInPeaceWhileItLeads() { // T129; who loses the lease ends the process, who is stopped
    // must not
    operator.stop();
    try (Reconciliation elected = operator.started(true)) {
      operator.await(Lease.class, "mcp-policy-operator", OperatorIT::isHeld);
      operator.apply(server("led"));
      awaitReason(McpServer.class, "led", "NoPolicy");
      assertEquals(Optional.empty(), elected.missing());
    }
    Lease left = operator.find(Lease.class, "mcp-policy-operator").orElseThrow();
    assertFalse(isHeld(left), "given back, so that the next one need not wait until it runs out");
    operator.startAgain();
  }

  @Test
  void saysWhoAcknowledgesABundleThatWasNeverPublished() {
    operator.apply(server("liar") + "---\n" + grant("liar") + "---\n" + policy("liar", 1));
    Bundle bundle = operator.awaitBundle("liar", b -> b.grants().size() == 1);
    Pod pod = operator.startPod("liar-0", "liar");
    operator.acknowledge(pod, "liar", bundle.withSequence(9_007_199_254_740_991L));
    McpPolicy policy = awaitReason(McpPolicy.class, "liar", "NeverPublished");
    assertTrue(
        enforced(policy).getMessage().contains("pod `liar-0` acknowledges bundle 9007199254740991"),
        enforced(policy)::getMessage);
    McpServer server =
        operator.await(
            McpServer.class, "liar", s -> isTrue(conditions(s), "AcknowledgementForged"));
    assertEquals("NotAcknowledged", condition(conditions(server), "Ready").getReason());
    operator.apply(policy("liar", 2));
    long generation = generation("liar");
    Bundle next =
        operator.awaitBundle("liar", b -> b.policies().getFirst().id().generation() == generation);
    assertTrue(next.sequence() < bundle.sequence() + 3_600_000, "it does not follow the claim");
    operator.acknowledge(pod, "liar", next);
    awaitEnforced("liar");
  }

  private static boolean isHeld(Lease lease) {
    String holder = lease.getSpec().getHolderIdentity();
    return holder != null && !holder.isEmpty();
  }

  @Test
  void leavesObjectsOfOthersAlone() {
    operator.apply(
        """
        apiVersion: v1
        kind: Service
        metadata: {name: taken-mcp}
        spec: {selector: {app: mine}, ports: [{port: 80}]}
        """);
    operator.apply(server("taken"));
    McpServer server = awaitReason(McpServer.class, "taken", "ObjectConflict");
    assertTrue(message(server).contains("Service `taken-mcp`"), message(server));
    Service service = operator.find(Service.class, "taken-mcp").orElseThrow();
    assertEquals(Map.of("app", "mine"), service.getSpec().getSelector());
    operator.client.resource(service).delete();
    operator.apply(policy("taken", 1)); // the next event looks again
    operator.await(
        Service.class,
        "taken-mcp",
        s -> s.getSpec().getSelector().containsKey("mcppolicy.dev/server"));
  }

  @Test
  void runsTheServerItselfAndStopsWhenAskedNoMore() {
    operator.apply(managed("run"));
    Deployment deployment = operator.await(Deployment.class, "run-mcp", d -> true);
    assertEquals("Recreate", deployment.getSpec().getStrategy().getType());
    var pod = deployment.getSpec().getTemplate();
    assertEquals("run", pod.getMetadata().getLabels().get("mcppolicy.dev/server"));
    assertFalse(pod.getSpec().getAutomountServiceAccountToken());
    assertTrue(pod.getSpec().getSecurityContext().getRunAsNonRoot());
    var container = pod.getSpec().getContainers().getFirst();
    assertEquals("server", container.getName());
    assertEquals("none.invalid/server:1", container.getImage());
    assertEquals("http://vllm:8000", container.getEnv().getFirst().getValue());
    operator.client.apps().deployments().resource(deployment).scale(3);
    operator.await(Deployment.class, "run-mcp", d -> d.getSpec().getReplicas() == 1); // T112
    operator.apply(server("run"));
    operator
        .client
        .resource(deployment)
        .waitUntilCondition(d -> d == null, 30, java.util.concurrent.TimeUnit.SECONDS);
  }

  @Test
  void keepsTheLastValidVersionOfAnInvalidPolicy() { // T119; there is no webhook here
    operator.apply(server("inv") + "---\n" + grant("inv") + "---\n" + policy("inv", 7));
    Bundle good = operator.awaitBundle("inv", b -> b.policies().size() == 1);
    operator.apply(policy("inv", 7).replace("window: minute", "window: minuet"));
    McpPolicy policy = operator.await(McpPolicy.class, "inv", p -> isFalse(conditions(p), "Valid"));
    assertTrue(
        condition(conditions(policy), "Valid")
            .getMessage()
            .contains("spec.tools.stop_vllm.limits[0].window: `minuet`"),
        condition(conditions(policy), "Valid")::getMessage);
    operator.client.secrets().inNamespace(operator.namespace).withName("inv-mcp").delete();
    Bundle again = operator.awaitBundle("inv", b -> true);
    assertEquals(documents(good), documents(again), "also after the Secret was deleted");
    assertEquals(good.sessionKeys(), again.sessionKeys());
  }

  @Test
  void saysInBothPoliciesThatTheyContradict() { // T77
    operator.apply(server("torn") + "---\n" + grant("torn") + "---\n" + policy("torn", 1));
    operator.apply(
        """
        apiVersion: mcppolicy.dev/v1alpha1
        kind: McpPolicy
        metadata: {name: torn-too}
        spec:
          servers: [{name: torn}]
          version: "1"
          default: deny
          tools: {stop_vllm: {action: deny}}
        """);
    for (String name : List.of("torn", "torn-too")) {
      McpPolicy policy = operator.await(McpPolicy.class, name, OperatorIT::isConflicting);
      String message = condition(conditions(policy), "Conflicting").getMessage();
      assertTrue(message.contains("`stop_vllm` is allowed by"), message);
    }
    operator.client.resource(operator.find(McpPolicy.class, "torn-too").orElseThrow()).delete();
    operator.await(McpPolicy.class, "torn", p -> !isConflicting(p));
  }

  @Test
  void takesADeletedPolicyOutOfForce() { // T119
    operator.apply(server("del") + "---\n" + grant("del") + "---\n" + policy("del", 1));
    operator.awaitBundle("del", b -> b.policies().size() == 1);
    operator.delete(policy("del", 1));
    operator.awaitBundle("del", b -> b.policies().isEmpty());
    awaitReason(McpServer.class, "del", "NoPolicy");
  }

  @Test
  void revokesADeletedGrantAndATokenThatWasDeleted() {
    operator.apply(server("rev") + "---\n" + policy("rev", 1) + "---\n" + grant("rev"));
    Bundle first = operator.awaitBundle("rev", b -> b.grants().size() == 1);
    operator.client.secrets().inNamespace(operator.namespace).withName("rev-token").delete();
    operator.awaitBundle(
        "rev",
        b ->
            b.grants().size() == 1
                && !b.grants()
                    .getFirst()
                    .tokenSha256()
                    .equals(first.grants().getFirst().tokenSha256()));
    operator.delete(grant("rev"));
    operator.awaitBundle("rev", b -> b.grants().isEmpty());
  }

  @Test
  void refusesATokenThatCouldBeGuessed() {
    operator.apply(
        server("own") + "---\n" + grant("own").replace("bearer: {}", "bearer: {secretName: mine}"));
    awaitReason(McpGrant.class, "own", "SecretMissing");
    String secret =
        """
        apiVersion: v1
        kind: Secret
        metadata: {name: mine, labels: {mcppolicy.dev/grant: own}}
        stringData: {token: hunter2}
        """;
    operator.apply(secret);
    McpGrant grant = awaitReason(McpGrant.class, "own", "TokenTooShort");
    assertFalse(operator.client.getKubernetesSerialization().asJson(grant).contains("hunter2"));
    operator.apply(secret.replace("hunter2", "0123456789abcdef0123456789abcdef"));
    operator.await(McpGrant.class, "own", g -> isTrue(conditions(g), "Ready"));
    operator.awaitBundle("own", b -> b.grants().size() == 1);
    assertTrue(operator.find(Secret.class, "own-token").isEmpty());
  }

  @Test
  void forgetsPodsThatAreGone() { // T127
    operator.apply(server("gone") + "---\n" + grant("gone") + "---\n" + policy("gone", 1));
    Bundle bundle = operator.awaitBundle("gone", b -> b.policies().size() == 1);
    Pod pod = operator.startPod("gone-0", "gone");
    operator.acknowledge(pod, "gone", bundle);
    awaitEnforced("gone");
    operator.client.resource(pod).delete();
    operator.await(McpServerState.class, "gone", s -> s.getSpec().pods().isEmpty());
    awaitReason(McpPolicy.class, "gone", "NoPods");
  }

  @Test
  void keepsUnknownKeysForTheWebhookToRefuse() { // T120
    operator.apply(server("keys").replace("toolMapping:", "toolMaping:"));
    assertEquals(
        Map.of("toolMaping", "none"),
        operator.find(McpServer.class, "keys").orElseThrow().getSpec().unknown());
  }

  @ParameterizedTest(name = "the API server refuses a server with {0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          two pods                    | replicas: 1   | replicas: 2            | spec.deployment.replicas
          two workloads of one name   | {name: other, | {name: vllm-server,    | two workloads have the same name
          two default workloads       | {name: other, | {name: other, default: true, | at most one workload may be the default
          another mapping             | toolMapping: none | toolMapping: some  | Unsupported value
          a name that is too long     | name: bad     | name: a123456789012345678901234567890123456789012345678901234567890 | at most 59 characters
          a target of another kind    | kind: Deployment | kind: Job           | state the resource (the plural)
          value and valueFrom         | value: "http://vllm:8000" | value: x, valueFrom: {secretKeyRef: {name: s, key: k}} | not both
          """)
  void apiServerRefuses(String what, String from, String to, String message) {
    String yaml = managed("bad").replaceFirst(java.util.regex.Pattern.quote(from), to);
    assertNotEquals(managed("bad"), yaml, what);
    KubernetesClientException refusal =
        assertThrows(KubernetesClientException.class, () -> operator.apply(yaml));
    assertTrue(String.valueOf(refusal.getMessage()).contains(message), refusal::getMessage);
  }

  private static List<String> documents(Bundle bundle) {
    return bundle.policies().stream().map(BundledPolicy::document).map(Object::toString).toList();
  }

  private long generation(String policy) {
    return operator.find(McpPolicy.class, policy).orElseThrow().getMetadata().getGeneration();
  }

  private McpPolicy awaitEnforced(String name) {
    return operator.await(
        McpPolicy.class,
        name,
        p ->
            p.getStatus() != null
                && isTrue(conditions(p), "Enforced")
                && enforced(p).getObservedGeneration().equals(p.getMetadata().getGeneration()));
  }

  private <T extends HasMetadata> T awaitReason(Class<T> type, String name, String reason) {
    return operator.await(
        type, name, o -> conditions(o).stream().anyMatch(c -> reason.equals(c.getReason())));
  }

  private static List<Condition> conditions(HasMetadata object) {
    return switch (object) {
      case McpServer s when s.getStatus() != null -> s.getStatus().conditions();
      case McpPolicy p when p.getStatus() != null -> p.getStatus().conditions();
      case McpGrant g when g.getStatus() != null -> g.getStatus().conditions();
      default -> List.of();
    };
  }

  private static String message(McpServer server) {
    return condition(conditions(server), "Ready").getMessage();
  }

  private static Condition enforced(McpPolicy policy) {
    return condition(conditions(policy), "Enforced");
  }

  private static Condition condition(List<Condition> conditions, String type) {
    return conditions.stream().filter(c -> c.getType().equals(type)).findFirst().orElseThrow();
  }

  private static boolean isFalse(List<Condition> conditions, String type) {
    return conditions.stream()
        .anyMatch(c -> c.getType().equals(type) && c.getStatus().equals("False"));
  }

  private static boolean isConflicting(McpPolicy policy) {
    return isTrue(conditions(policy), "Conflicting");
  }

  private static boolean isTrue(List<Condition> conditions, String type) {
    return conditions.stream()
        .anyMatch(c -> c.getType().equals(type) && c.getStatus().equals("True"));
  }

  private static String data(Secret secret, String key) {
    return new String(Base64.getDecoder().decode(secret.getData().get(key)), UTF_8);
  }

  private static String server(String name) {
    return """
    apiVersion: mcppolicy.dev/v1alpha1
    kind: McpServer
    metadata: {name: %s}
    spec:
      transport: {stdio: {container: server, command: [vllm-mcp-server]}}
      toolMapping: none
      workloads:
      - {name: vllm-server, default: true, target: {apiVersion: apps/v1, kind: Deployment, name: vllm}}
      - {name: other, target: {apiVersion: apps/v1, kind: Deployment, name: other}}
    """
        .formatted(name);
  }

  private static String managed(String name) {
    return server(name)
        + """
          deployment:
            image: none.invalid/server:1
            replicas: 1
            env: [{name: VLLM_BASE_URL, value: "http://vllm:8000"}]
        """;
  }

  private static String policy(String name, int max) {
    return """
    apiVersion: mcppolicy.dev/v1alpha1
    kind: McpPolicy
    metadata: {name: %1$s}
    spec:
      servers: [{name: %1$s}]
      version: "1"
      default: deny
      tools:
        stop_vllm:
          limits: [{counter: stop_vllm_rate, window: minute, max: %2$d, scope: grant}]
    """
        .formatted(name, max);
  }

  private static String grant(String name) {
    return """
    apiVersion: mcppolicy.dev/v1alpha1
    kind: McpGrant
    metadata: {name: %1$s}
    spec: {server: {name: %1$s}, identity: {bearer: {}}}
    """
        .formatted(name);
  }
}
