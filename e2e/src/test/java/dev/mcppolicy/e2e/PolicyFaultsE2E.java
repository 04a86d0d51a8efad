// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.e2e;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.e2e.McpClient.RefusedException;
import dev.mcppolicy.testkit.cluster.SharedCluster;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is written wrong is refused with its place; what is taken away stops working. */
@ExtendWith({SharedCluster.class, InstalledProduct.class})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PolicyFaultsE2E {
  private static final Duration SOON = Duration.ofSeconds(10);

  private final GuardedNamespace namespace;
  private URI url = URI.create("https://127.0.0.1");

  PolicyFaultsE2E(Product product) {
    namespace = GuardedNamespace.create(product, "policy-faults");
  }

  @BeforeAll
  void startGuardedServer() {
    namespace.apply(
        Manifests.server("vllm", "vllm"),
        Manifests.grant("agent", "vllm"),
        Manifests.policy("policy", "vllm", "{stop_vllm: {action: deny, reason: looked at}}"));
    url = namespace.publish("vllm", 30084);
    namespace.awaitEnforced("policy");
  }

  @AfterAll
  void deleteNamespace() {
    namespace.close();
  }

  static Stream<Arguments> invalidManifests() {
    return Stream.of(
        Arguments.of(
            """
            apiVersion: mcppolicy.dev/v1alpha1
            kind: McpPolicy
            metadata: {name: misspelt}
            spec:
              servers: [{name: vllm, namspace: other}]
              version: "1"
              defalt: deny
              tools:
                stop_vllm:
                  limits: [{counter: c, windw: minute, max: 10, scope: grant}]
                  aproval: {}
                vllm_chat: {limits: [{counter: d, window: minuet, max: -1, scope: grant}]}
            """,
            List.of("namspace", "defalt", "windw", "aproval", "minuet", "-1")),
        Arguments.of(
            """
            apiVersion: mcppolicy.dev/v1alpha1
            kind: McpServer
            metadata: {name: misspelt}
            spec:
              transport: {stdio: {container: server, comand: [x]}}
              workload: []
              workloads:
              - {name: a, defualt: true, target: {apiVersion: apps/v1, kind: Deployment, name: vllm, namespace: other}}
            """,
            List.of("comand", "workload", "defualt", "namespace")),
        Arguments.of(
            """
            apiVersion: mcppolicy.dev/v1alpha1
            kind: McpGrant
            metadata: {name: misspelt}
            spec: {server: {name: vllm, namespace: other}, identity: {bearer: {secretname: x}}, expires: never}
            """,
            List.of("namespace", "secretname", "expires")));
  }

  /** T120. */
  @ParameterizedTest(name = "{1}")
  @MethodSource("invalidManifests")
  void everyMistakeIsRefusedWithItsPlace(String manifest, List<String> mistakes) {
    // What kubectl itself finds is not what protects: others write without it.
    String said = namespace.refused(manifest, "--validate=ignore");
    assertAll(
        mistakes.stream()
            .map(
                mistake ->
                    (Executable)
                        () -> assertTrue(said.contains(mistake), mistake + " is not in: " + said)));
    assertFalse(
        namespace.kubectl("get", "mcpsrv,mcppol,mcpgr", "--output=name").contains("misspelt"));
  }

  @Test
  void changeThatIsInvalidLeavesPolicyInForce() throws Exception {
    namespace.refused(
        Manifests.policy("policy", "vllm", "{stop_vllm: {}, vllm_status: {limit: []}}"));
    try (McpClient agent = namespace.connect(url, "agent")) {
      assertTrue(agent.call("stop_vllm").text().contains("looked at"));
    }
  }

  @Test
  void unknownTokenIsToldWhatToDo() {
    String caPem = namespace.credentials("agent").caPem();
    String known = namespace.credentials("agent").token();
    Function<String, String> refusal =
        token -> {
          try (McpClient stranger = McpClient.unconnected(url, token, caPem)) {
            RefusedException refused = assertThrows(RefusedException.class, stranger::initialize);
            assertEquals(401, refused.status(), refused.body());
            return refused.body();
          }
        };
    for (String token :
        List.of("mcpg_nobody_" + "A".repeat(43), known.substring(1), known + "A", "mcpg_agent_")) {
      String said = refusal.apply(token);
      assertTrue(said.contains("read it again from where the grant keeps it"), said);
      assertFalse(said.contains(known), "the answer shows a token");
    }
  }

  @Test
  void revokedGrantStopsAndOthersGoOn() throws Exception {
    namespace.apply(Manifests.grant("leaver", "vllm"));
    try (McpClient leaver = namespace.connect(url, "leaver");
        McpClient agent = namespace.connect(url, "agent")) {
      assertTrue(leaver.call("stop_vllm").text().contains("looked at"));
      namespace.kubectl("delete", "mcpgr", "leaver");
      Waiting.until(
          "the token of the deleted grant is unknown", SOON, () -> statusOf(leaver) == 401);
      assertTrue(agent.call("stop_vllm").text().contains("looked at"));
      Waiting.until(
          "its Secret is gone",
          Duration.ofSeconds(60),
          () ->
              namespace
                      .client()
                      .secrets()
                      .inNamespace(namespace.name())
                      .withName("leaver-token")
                      .get()
                  == null);
    }
  }

  /** T119. */
  @Test
  void withoutPolicyEveryCallIsDenied() throws Exception {
    namespace.apply(
        """
        apiVersion: mcppolicy.dev/v1alpha1
        kind: McpPolicy
        metadata: {name: only}
        spec:
          servers: [{name: vllm}]
          grants: [{name: lonely}]
          version: "1"
          default: allow
          tools: {}
        """,
        Manifests.grant("lonely", "vllm"));
    namespace.kubectl("delete", "mcppol", "policy");
    namespace.awaitEnforced("only");
    try (McpClient lonely = namespace.connect(url, "lonely");
        McpClient agent = namespace.connect(url, "agent")) {
      Waiting.until(
          "the agent has no policy",
          SOON,
          () -> agent.call("stop_vllm").text().contains("no policy"));
      assertEquals(List.of(), agent.tools());
      Waiting.until(
          "default allow lets a call through", SOON, () -> !lonely.call("vllm_status").isError());
      namespace.kubectl("delete", "mcppol", "only");
      Waiting.until("the last policy is gone", SOON, () -> lonely.call("vllm_status").isError());
      assertTrue(lonely.call("vllm_status").text().contains("no policy"));
      assertEquals(List.of(), lonely.tools());
    } finally {
      namespace.apply(
          Manifests.policy("policy", "vllm", "{stop_vllm: {action: deny, reason: looked at}}"));
      namespace.awaitEnforced("policy");
    }
  }

  private static int statusOf(McpClient client) throws Exception {
    try {
      client.call("stop_vllm");
      return 200;
    } catch (RefusedException refused) {
      return refused.status();
    }
  }
}
