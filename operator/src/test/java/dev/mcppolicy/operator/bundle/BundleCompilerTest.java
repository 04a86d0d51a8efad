// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.bundle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.api.v1alpha1.McpPolicy;
import dev.mcppolicy.api.v1alpha1.McpServer;
import dev.mcppolicy.bundle.Bundle;
import dev.mcppolicy.bundle.BundleFormat;
import dev.mcppolicy.bundle.BundleReading;
import dev.mcppolicy.bundle.BundledGrant;
import dev.mcppolicy.bundle.BundledPolicy;
import dev.mcppolicy.bundle.DockerEndpoint;
import dev.mcppolicy.bundle.SessionKey;
import dev.mcppolicy.bundle.SessionKeys;
import dev.mcppolicy.bundle.Tls;
import dev.mcppolicy.bundle.Workload;
import dev.mcppolicy.operator.Resources;
import dev.mcppolicy.operator.bundle.BundleInput.CheckedPolicy;
import dev.mcppolicy.operator.bundle.BundleInput.ProvenGrant;
import dev.mcppolicy.operator.check.PolicyChecks;
import dev.mcppolicy.operator.check.TestRun;
import dev.mcppolicy.operator.rights.GrantableRights;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class BundleCompilerTest {
  static final Instant NOW = Instant.parse("2026-05-01T12:00:00Z");
  static final McpServer SERVER =
      Resources.server(
          "vllm",
          """
          {transport: {stdio: {}},
           workloads: [{name: b, target: {apiVersion: apps/v1, kind: Deployment, name: vllm-b}},
                       {name: a, default: true, model: m, target: {apiVersion: apps/v1, kind: Deployment, name: vllm-a}}]}
          """);
  private static final McpPolicy VALID =
      Resources.policy(
          "p",
          3,
          "{servers: [{name: vllm}], grants: [{name: agent}], version: \"1\", default: deny, tools: {stop_vllm: {}}}");
  private static final McpPolicy BROKEN =
      Resources.policy(
          "p",
          4,
          "{servers: [{name: vllm}], version: \"1\", default: deny, tools: {stop_vllm: {limitz: []}}}");

  @Test
  void namesEachTargetAsASidecarFindsIt() {
    McpServer server =
        Resources.server(
            "vllm",
            """
            {transport: {stdio: {}},
             workloads: [{name: a, target: {apiVersion: serving.kserve.io/v1beta1, kind: InferenceService, name: i}},
                         {name: b, target: {apiVersion: x.example/v1, kind: Set, resource: sets, name: s}},
                         {name: c, target: {apiVersion: v1, kind: Pods, selector: {matchLabels: {b: "2", a: "1"}}}}]}
            """);
    assertEquals(
        List.of(
            new Workload.Target("serving.kserve.io/v1beta1", "InferenceService", "i"),
            Workload.Target.scaled("x.example/v1", "Set", "sets", "s"),
            Workload.Target.pods(Map.of("a", "1", "b", "2"))),
        compile(server).workloads().stream().map(Workload::target).toList());
    assertEquals("a=1,b=2", compile(server).workloads().getLast().target().name());
  }

  private static final McpServer WITH_ENGINE =
      Resources.server(
          "vllm",
          """
          {transport: {stdio: {}},
           docker: {endpoint: "https://gpu-box:2376", tlsSecretName: gpu-box, requiredLabels: {managed: "true"}},
           workloads: [{name: a, target: {apiVersion: mcppolicy.dev/v1alpha1, kind: Container, name: vllm_1}}]}
          """);

  @Test
  void tellsSidecarsOfTheEngineThatTheServerNames() throws Exception {
    Bundle bundle = compile(WITH_ENGINE);
    assertEquals(
        Optional.of(
            new DockerEndpoint(
                URI.create("https://gpu-box:2376"), "gpu-box", Map.of("managed", "true"), false)),
        bundle.docker());
    assertEquals(
        Workload.Target.container("vllm_1"), bundle.workloads().getFirst().target(), "as named");
    assertTrue(
        BundleFormat.decode(BundleFormat.encode(bundle)) instanceof BundleReading.Accepted,
        "and they can read it");
  }

  @Test
  void tellsNobodyOfAnEngineThatTheInstallationDoesNotList() throws Exception { // T125
    for (String listed : List.of("", "gpu-box:2375", "other:2376", "xgpu-box:2376")) {
      Bundle bundle =
          BundleCompiler.compile(
              input(
                  WITH_ENGINE,
                  engines(listed),
                  List.of(VALID),
                  List.of(grant("agent", "a")),
                  1,
                  Optional.empty(),
                  0));
      assertEquals(Optional.empty(), bundle.docker(), listed);
      assertEquals(1, bundle.workloads().size(), "the act is refused, and nothing else");
      assertTrue(
          BundleFormat.decode(BundleFormat.encode(bundle)) instanceof BundleReading.Accepted);
    }
  }

  private static GrantableRights engines(String listed) {
    return new GrantableRights(false, false, false, false, List.of(), List.of(listed));
  }

  @Test
  void bundlesPoliciesGrantsAndWorkloads() {
    Bundle bundle =
        BundleCompiler.compile(
            input(List.of(VALID), List.of(grant("agent", "a")), 1, Optional.empty(), 0));
    BundledPolicy policy = bundle.policies().getFirst();
    assertEquals("inference/p", policy.id().display());
    assertEquals(3, policy.id().generation());
    assertEquals(Optional.of(Set.of("agent")), policy.grants());
    assertEquals(Set.of("version", "default", "tools"), policy.document().members().keySet());
    assertEquals(List.of("a", "b"), bundle.workloads().stream().map(Workload::name).toList());
    assertTrue(bundle.workloads().getFirst().isDefault());
    assertEquals(Optional.of("m"), bundle.workloads().getFirst().model());
    assertEquals(Optional.empty(), bundle.denyAll());
    assertEquals("uid-of-vllm", bundle.server().uid());
  }

  @Test
  void isAcceptedByTheFormatOfSidecars() throws Exception {
    Bundle bundle =
        BundleCompiler.compile(
            input(List.of(VALID), List.of(grant("agent", "a")), 1, Optional.empty(), 0));
    assertTrue(BundleFormat.encode(bundle).length > 0);
  }

  @Test
  void keepsTheLastValidVersionOfAPolicyThatBecameInvalid() { // T119
    Bundle good = compile(List.of(VALID), Optional.empty());
    Bundle next = compile(List.of(BROKEN), Optional.of(good));
    assertSame(good, next, "nothing changed, so nothing is published");
  }

  @Test
  void deniesAllWhileAPolicyIsInvalidAndItsLastVersionUnknown() { // T119
    Bundle bundle = compile(List.of(BROKEN), Optional.empty());
    assertEquals(List.of(), bundle.policies());
    assertTrue(bundle.denyAll().orElseThrow().contains("inference/p is invalid"));
  }

  @Test
  void keepsTheLastVersionOfAPolicyWhoseTestsFail() {
    Bundle good = compile(List.of(tested(3, "allow")), Optional.empty());
    assertEquals(3, good.policies().getFirst().id().generation());
    assertEquals(
        Set.of("version", "default"),
        good.policies().getFirst().document().members().keySet(),
        "sidecars have no use for tests");
    assertSame(good, compile(List.of(tested(4, "deny")), Optional.of(good)));
  }

  @Test
  void deniesAllWhileTheTestsOfAPolicyFailAndItsLastVersionIsUnknown() {
    Bundle bundle = compile(List.of(tested(1, "deny")), Optional.empty());
    assertEquals(List.of(), bundle.policies());
    assertTrue(
        bundle.denyAll().orElseThrow().contains("inference/p fails its own tests"),
        bundle.denyAll()::get);
  }

  private static McpPolicy tested(long generation, String expected) {
    return Resources.policy(
        "p",
        generation,
        "{servers: [{name: vllm}], version: \"1\", default: allow, tests: [{call: {name: vllm_status}, expect: %s}]}"
            .formatted(expected));
  }

  @Test
  void doesNotTakeThePolicyOfAnotherUidForAnEarlierVersion() {
    McpPolicy other =
        Resources.policy("p", 1, "{servers: [{name: vllm}], version: \"2\", default: deny}");
    other.getMetadata().setUid("made-anew");
    Bundle bundle = compile(List.of(other), Optional.of(compile(List.of(VALID), Optional.empty())));
    assertEquals(List.of(), bundle.policies());
    assertTrue(bundle.denyAll().isPresent());
  }

  @Test
  void dropsAPolicyThatIsGoneOrNamesTheServerNoMore() { // T119
    Bundle good = compile(List.of(VALID), Optional.empty());
    McpPolicy elsewhere =
        Resources.policy("p", 4, "{servers: [{name: other}], version: \"1\", default: deny}");
    assertEquals(List.of(), compile(List.of(), Optional.of(good)).policies());
    Bundle moved = compile(List.of(elsewhere), Optional.of(good));
    assertEquals(List.of(), moved.policies());
    assertEquals(Optional.empty(), moved.denyAll());
  }

  @Test
  void refusesUnknownKeysOfReferences() { // T120
    McpPolicy policy =
        Resources.policy(
            "p",
            1,
            "{servers: [{name: vllm, namespace: other}], version: \"1\", default: allow, tools: {}}");
    assertTrue(compile(List.of(policy), Optional.empty()).denyAll().isPresent());
  }

  @Test
  void deniesAllWhileSeveralPodsRun() {
    Bundle bundle =
        BundleCompiler.compile(input(List.of(VALID), List.of(), 2, Optional.empty(), 0));
    assertTrue(bundle.denyAll().orElseThrow().contains("more than one pod"));
  }

  @Test
  void tellsSidecarsOfTheLabelsThatConditionsReadAndOfNoOther() {
    McpPolicy reads =
        Resources.policy(
            "p",
            1,
            "{servers: [{name: vllm}], version: \"1\", default: deny, tools: {stop_vllm: {require: [{path: grant.labels.team, op: eq, value: ops}]}}}");
    ProvenGrant grant = grant("agent", "a");
    grant.grant().getMetadata().setLabels(Map.of("team", "ops", "secret", "project"));
    Bundle bundle =
        BundleCompiler.compile(input(List.of(reads), List.of(grant), 1, Optional.empty(), 0));
    assertEquals(Map.of("team", "ops"), bundle.grants().getFirst().labels());
    Bundle without =
        BundleCompiler.compile(input(List.of(VALID), List.of(grant), 1, Optional.empty(), 0));
    assertEquals(Map.of(), without.grants().getFirst().labels());
  }

  @Test
  void acceptsNeitherOfTwoGrantsWithOneToken() {
    Bundle bundle =
        BundleCompiler.compile(
            input(
                List.of(VALID),
                List.of(grant("x", "a"), grant("y", "a"), grant("z", "b")),
                1,
                Optional.empty(),
                0));
    assertEquals(List.of("z"), bundle.grants().stream().map(BundledGrant::name).toList());
  }

  @Test
  void sequenceIsTheTimeOrLargerThanAllThatIsKnown() {
    Bundle first = compile(List.of(VALID), Optional.empty());
    assertEquals(NOW.toEpochMilli(), first.sequence());
    Bundle second = compile(List.of(), Optional.of(first));
    assertEquals(first.sequence() + 1, second.sequence(), "within one millisecond");
    Bundle afterLoss =
        BundleCompiler.compile(
            input(List.of(VALID), List.of(), 1, Optional.empty(), NOW.toEpochMilli() + 500));
    assertEquals(
        NOW.toEpochMilli() + 501, afterLoss.sequence(), "a clock that was set back blocks nobody");
  }

  @Test
  void changesWhenAnythingChanges() {
    Bundle good = compile(List.of(VALID), Optional.empty());
    McpPolicy regenerated =
        Resources.policy(
            "p",
            4,
            "{servers: [{name: vllm}], grants: [{name: agent}], version: \"1\", default: deny, tools: {stop_vllm: {}}}");
    Bundle next = compile(List.of(regenerated), Optional.of(good));
    assertNotEquals(good.sequence(), next.sequence(), "a generation is acknowledged by its own");
  }

  private static Bundle compile(List<McpPolicy> policies, Optional<Bundle> previous) {
    return BundleCompiler.compile(input(policies, List.of(), 1, previous, 0));
  }

  private static Bundle compile(McpServer server) {
    return BundleCompiler.compile(
        input(
            server,
            engines("gpu-box:2376"),
            List.of(VALID),
            List.of(grant("agent", "a")),
            1,
            Optional.empty(),
            0));
  }

  static BundleInput input(
      List<McpPolicy> policies,
      List<ProvenGrant> grants,
      int pods,
      Optional<Bundle> previous,
      long acknowledged) {
    return input(SERVER, GrantableRights.NONE, policies, grants, pods, previous, acknowledged);
  }

  private static BundleInput input(
      McpServer server,
      GrantableRights rights,
      List<McpPolicy> policies,
      List<ProvenGrant> grants,
      int pods,
      Optional<Bundle> previous,
      long acknowledged) {
    return new BundleInput(
        server,
        policies.stream().map(BundleCompilerTest::checked).toList(),
        grants,
        Map.of(),
        rights,
        pods,
        new ServerNames("inference", "vllm", "cluster.local").accepted(),
        new Tls(
            "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n",
            "-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----\n"),
        new SessionKeys(List.of(new SessionKey(new byte[32]))),
        previous,
        acknowledged,
        NOW);
  }

  /** Whose tests fail when one of them expects {@code deny}. */
  private static CheckedPolicy checked(McpPolicy policy) {
    TestRun run =
        (document, _) ->
            document.tests().stream()
                .filter(test -> test.expect().decision().equals("deny"))
                .map(_ -> "a failure")
                .toList();
    return new CheckedPolicy(policy, new PolicyChecks(run).of(policy));
  }

  static ProvenGrant grant(String name, String digit) {
    return new ProvenGrant(
        Resources.grant(name, "{server: {name: vllm}, identity: {bearer: {}}}"), digit.repeat(64));
  }
}
