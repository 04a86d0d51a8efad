// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.e2e.McpClient.ToolAnswer;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A server {@code srv} whose workload, the Deployment {@code vllm} of the same namespace, somebody
 * else scales, too; its grant is {@code agent}.
 */
record ContestedServer(Product product, GuardedNamespace namespace) {
  /** Within it the operator has looked, and a controller has reconciled. */
  static final Duration SOON = Duration.ofSeconds(90);

  static final JsonObject ANY_MODEL = JsonObject.builder().put("model", "any").build();

  static ContestedServer guard(Product product, GuardedNamespace namespace) {
    namespace.apply(
        Manifests.server("srv", "vllm") + "  capabilities: [Pods]\n",
        Manifests.grant("agent", "srv"),
        Manifests.policy("all", "srv", "{stop_vllm: {}, start_vllm: {}, restart_vllm: {}}"));
    return new ContestedServer(product, namespace);
  }

  /** What the condition says, or nothing when it is not there. */
  private String condition(String field) {
    return namespace.kubectl(
        "get",
        "mcpserver/srv",
        "-o",
        "jsonpath={.status.conditions[?(@.type==\"ScaleContested\")]." + field + "}");
  }

  /** Until the operator and the sidecar know; an empty reason is that nobody contests it. */
  void awaitContested(String reason) {
    Waiting.until(
        "ScaleContested with reason `" + reason + "`",
        SOON,
        () -> condition("reason").equals(reason));
    namespace.awaitEnforced("all"); // the sidecar has the bundle that says so
  }

  void awaitReplicas(String why, int replicas) {
    Waiting.until(why, SOON, () -> namespace.specReplicas("vllm") == replicas);
  }

  static ToolAnswer done(ToolAnswer answer) {
    assertFalse(answer.isError(), answer::text);
    return answer;
  }

  /** An act that is let through once the sidecar, too, knows that nobody contests it any more. */
  static ToolAnswer soon(McpClient agent, String tool, JsonObject arguments) {
    return done(
        Waiting.forValue(
            tool + " is not refused",
            SOON,
            () ->
                Optional.of(agent.call(tool, arguments))
                    .filter(answer -> !answer.text().startsWith("Refused:"))));
  }

  /** A stop that changes nothing because of somebody, as the condition says, too. */
  ToolAnswer refusedStop(McpClient agent, String by) throws Exception {
    int before = namespace.specReplicas("vllm");
    ToolAnswer refused = agent.call("stop_vllm");
    assertTrue(refused.isError(), refused::text);
    assertTrue(refused.text().contains(by), refused::text);
    assertEquals(before, namespace.specReplicas("vllm"), "nothing was tried");
    assertFalse(commands(refused.text()).isEmpty(), refused::text);
    assertEquals(
        commands(refused.text()), commands(condition("message")), "the condition says the same");
    return refused;
  }

  /** Runs the commands of a refusal as they stand. */
  void follow(ToolAnswer refused) {
    for (String command : commands(refused.text())) {
      Command.Outcome outcome = run(command);
      assertEquals(0, outcome.exitCode(), () -> command + "\n" + outcome.output());
    }
  }

  /** What is said of the first command of a refusal, which must fail. */
  String refusedCommand(ToolAnswer refused) {
    Command.Outcome outcome = run(commands(refused.text()).getFirst());
    assertNotEquals(0, outcome.exitCode(), outcome::output);
    return outcome.output();
  }

  private Command.Outcome run(String command) {
    return product.attempt("", List.of("sh", "-e", "-c", command));
  }

  /** The shell blocks of a text for people. */
  static List<String> commands(String text) {
    return Stream.of(text.split("```sh\n"))
        .skip(1)
        .map(block -> block.substring(0, block.indexOf("```")))
        .toList();
  }
}
