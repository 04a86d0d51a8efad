// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.e2e;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.e2e.McpClient.RefusedException;
import dev.mcppolicy.e2e.McpClient.ToolAnswer;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.testkit.cluster.SharedCluster;
import java.net.URI;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.function.Executable;

/** The policy language as its author meets it: at kubectl, in the status, and on real calls. */
@ExtendWith({SharedCluster.class, InstalledProduct.class})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PolicyLanguageE2E {
  private static final Duration SOON = Duration.ofSeconds(15);
  private static final String NEVER = "{deny: [{days: [mon, tue, wed, thu, fri, sat, sun]}]}";

  private final GuardedNamespace namespace;
  private URI url = URI.create("https://127.0.0.1");

  PolicyLanguageE2E(Product product) {
    namespace = GuardedNamespace.create(product, "policy-language");
  }

  @BeforeAll
  void startGuardedServer() {
    namespace.apply(
        Manifests.modelServer("vllm", 1, "1ms"),
        Manifests.server("vllm", "vllm"),
        Manifests.grant("agent", "vllm"),
        Manifests.grant("tester", "vllm"),
        """
        apiVersion: mcppolicy.dev/v1alpha1
        kind: McpPolicy
        metadata: {name: language}
        spec:
          servers: [{name: vllm}]
          version: "1"
          default: deny
          hide: [run_benchmark]
          tools:
            stop_vllm:
              denyIf: [{path: args.container_name, op: eq, value: vllm-server, optional: true}]
            start_vllm: {schedule: %s}
            vllm_status:
              limits: [{counter: looks, window: hour, max: 2, scope: grant, algorithm: sliding}]
            get_platform_status:
              require: [{path: grant.labels.team, op: eq, value: ops}]
          resources:
            "vllm://status": {}
          tests:
          - {name: stop is for the default workload, call: {name: stop_vllm}, expect: allow}
          - {name: never, call: {name: start_vllm, arguments: {model: m}}, expect: {decision: deny, reason: OutsideSchedule}}
        """
            .formatted(NEVER));
    url = namespace.publish("vllm", 30092);
    namespace.awaitEnforced("language");
    namespace.awaitAnswers(url, "tester", "vllm_status");
  }

  @AfterAll
  void deleteNamespace() {
    namespace.close();
  }

  /** T120. */
  @Test
  void everyMistakeOfADocumentIsRefusedWithItsPlace() {
    String said =
        namespace.refused(
            """
            apiVersion: mcppolicy.dev/v1alpha1
            kind: McpPolicy
            metadata: {name: misspelt}
            spec:
              servers: [{name: vllm}]
              version: "1"
              default: deny
              mode: audt
              allTools: {limit: []}
              tools:
                stop_vllm:
                  denyIf: [{path: args.container_name, opp: eq, value: x}, {path: container_name, op: eq, value: x}]
                  schedule: {allow: [{days: [monday, wensday]}]}
                  aproval: {}
                vllm_status: {limits: [{counter: c, window: hour, max: 1, scope: grnt, algorithm: slide}]}
              resources: {"vllm://status": {strictArguments: false}}
              tests: [{call: {name: stop_vllm}, expect: denied}]
            """,
            "--validate=ignore");
    assertAll(
        Stream.of(
                "spec.mode",
                "spec.allTools.limit",
                "spec.tools.stop_vllm.denyIf[0].opp",
                "spec.tools.stop_vllm.denyIf[1].path",
                "wensday",
                "spec.tools.stop_vllm.aproval",
                "grnt",
                "slide",
                "strictArguments",
                "spec.tests[0].expect")
            .map(
                place ->
                    (Executable)
                        () -> assertTrue(said.contains(place), place + " is not in: " + said)));
    assertFalse(namespace.kubectl("get", "mcppol", "--output=name").contains("misspelt"));
  }

  @Test
  void carelessPolicyIsWarnedOfAtOnceAndInItsStatus() {
    String careless =
        """
        apiVersion: mcppolicy.dev/v1alpha1
        kind: McpPolicy
        metadata: {name: careless}
        spec:
          servers: [{name: vllm}]
          grants: [{name: nobody}]
          version: "1"
          default: deny
          tools: {restart_vllm: {}, restart_vlm: {}}
        """;
    String said = namespace.attemptApply(careless).output();
    assertTrue(said.contains("Warning: spec.tools.restart_vllm: "), said);
    assertTrue(said.contains("Warning: spec.tools.restart_vlm: "), said);
    namespace.awaitEnforced("careless");
    String kept =
        namespace.kubectl("get", "mcppolicy/careless", "--output=jsonpath={.status.warnings}");
    assertTrue(kept.contains("spec.tools.restart_vllm: "), kept);
    namespace.kubectl("delete", "mcppol", "careless");
  }

  @Test
  void policyWhoseTestFailsLeavesTheOneBeforeInForce() throws Exception {
    String models =
        """
        apiVersion: mcppolicy.dev/v1alpha1
        kind: McpPolicy
        metadata: {name: models}
        spec:
          servers: [{name: vllm}]
          grants: [{name: tester}]
          version: "1"
          default: deny
          tools: {list_models: %s}
          tests: [{name: models are secret, call: {name: list_models}, expect: deny}]
        """;
    namespace.apply(models.formatted("{action: deny, reason: looked at}"));
    namespace.awaitEnforced("models");
    String said = namespace.attemptApply(models.formatted("{}")).output();
    assertTrue(said.contains("Warning: 1 of its 1 tests fail"), said);
    assertTrue(said.contains("Warning: spec.tests[0]: `models are secret`"), said);
    namespace.kubectl(
        "wait",
        "mcppolicy/models",
        "--for=jsonpath={.status.conditions[?(@.type==\"Valid\")].reason}=TestsFailed",
        "--timeout=30s");
    String why =
        namespace.kubectl(
            "get",
            "mcppolicy/models",
            "--output=jsonpath={.status.conditions[?(@.type==\"Valid\")].message}");
    assertTrue(why.contains("generation 1 stays in force"), why);
    assertTrue(why.contains("spec.tests[0]: `models are secret`: expected deny"), why);
    try (McpClient tester = namespace.connect(url, "tester")) {
      assertTrue(tester.call("list_models").text().contains("looked at"));
      namespace.kubectl("delete", "mcppol", "models");
    }
  }

  @Test
  void conditionScheduleSlidingLimitAndHiddenToolHoldOnRealCalls() throws Exception {
    try (McpClient agent = namespace.connect(url, "agent")) {
      JsonObject theDefault = JsonObject.builder().put("container_name", "vllm-server").build();
      assertDenied("DeniedByCondition", agent.call("stop_vllm", theDefault));
      assertEquals(1, namespace.specReplicas("vllm"));
      assertFalse(agent.call("stop_vllm").isError());
      assertEquals(0, namespace.specReplicas("vllm"));
      JsonObject model = JsonObject.builder().put("model", "m").build();
      assertDenied("OutsideSchedule", agent.call("start_vllm", model));
      assertEquals(0, namespace.specReplicas("vllm"));
      for (int i = 0; i < 2; i++) {
        assertEquals("", reason(agent.call("vllm_status")), "it is the server that answers");
      }
      assertDenied("LimitExhausted", agent.call("vllm_status"));
      String hidden = refusal(agent, "run_benchmark");
      assertEquals(refusal(agent, "no_such_tool").replace("no_such_tool", "run_benchmark"), hidden);
      assertTrue(hidden.contains("-32602"), hidden);
      assertFalse(agent.tools().contains("run_benchmark"));
    }
  }

  @Test
  void resourceThatThePolicyNamesIsReadAndNoOther() throws Exception {
    try (McpClient agent = namespace.connect(url, "agent")) {
      String listed = agent.result("resources/list", JsonObject.EMPTY).toString();
      assertTrue(listed.contains("vllm://status"), listed);
      assertFalse(listed.contains("vllm://config"), listed);
      // Whatever vllm-mcp-server makes of the read, it is the server that answers it.
      assertFalse(read(agent, "vllm://status").contains("Denied by policy"));
      String denied = read(agent, "vllm://config");
      assertTrue(denied.contains("Denied by policy: the resource"), denied);
    }
  }

  /** The contents, or the error. */
  private static String read(McpClient agent, String uri) throws Exception {
    try {
      return agent
          .result("resources/read", JsonObject.builder().put("uri", uri).build())
          .toString();
    } catch (RefusedException refused) {
      return refused.body();
    }
  }

  @Test
  void labelOfGrantDecidesAsSoonAsItChanges() throws Exception {
    try (McpClient tester = namespace.connect(url, "tester")) {
      assertDenied("RequirementNotMet", tester.call("get_platform_status"));
      namespace.kubectl("label", "mcpgr", "tester", "team=ops");
      Waiting.until(
          "the grant of the right team may call",
          SOON,
          () -> reason(tester.call("get_platform_status")).isEmpty());
      namespace.kubectl("label", "--overwrite", "mcpgr", "tester", "team=dev");
      Waiting.until(
          "another team may not",
          SOON,
          () -> reason(tester.call("get_platform_status")).equals("RequirementNotMet"));
    }
  }

  private static void assertDenied(String reason, ToolAnswer answer) {
    assertTrue(answer.isError(), answer::text);
    assertEquals(reason, reason(answer), answer::text);
  }

  /** Why the sidecar refused; empty for what the server or a mapped tool answered. */
  private static String reason(ToolAnswer answer) {
    return answer
        .result()
        .object("_meta")
        .flatMap(meta -> meta.object("dev.mcppolicy/decision"))
        .flatMap(decision -> decision.string("reason"))
        .filter(reason -> !reason.equals("Allowed"))
        .orElse("");
  }

  /** What is said of a tool that is not there, without the id of the request. */
  private static String refusal(McpClient agent, String tool) {
    return assertThrows(RefusedException.class, () -> agent.call(tool))
        .body()
        .replaceAll("\"id\":[0-9]+", "\"id\":0");
  }
}
