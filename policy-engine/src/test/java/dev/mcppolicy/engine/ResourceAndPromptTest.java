// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

import static dev.mcppolicy.engine.Fixtures.AGENT;
import static dev.mcppolicy.engine.Fixtures.NOW;
import static dev.mcppolicy.engine.Fixtures.object;
import static dev.mcppolicy.engine.Fixtures.policy;
import static dev.mcppolicy.engine.Fixtures.set;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.engine.document.Subject;
import dev.mcppolicy.engine.document.Subject.Kind;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ResourceAndPromptTest {
  private static final BoundPolicy POLICY =
      policy(
          "p",
          """
          version: "1"
          default: allow
          tools:
            greet: {action: deny}
          resources:
            default: allow
            "file:///etc/a~b": {action: deny, reason: holds secrets}
            "vllm://status": {limits: [{counter: reads, window: minute, max: 2, scope: grant}]}
          prompts:
            greet: {require: [{path: args.language, op: in, value: [de, en]}]}
            summary: {approval: {}}
          """);

  private static final ToolCatalogue NO_TOOLS = _ -> new ToolLookup.Unknown();

  private static Decision decide(Kind kind, String name, String arguments, long used) {
    return PolicySet.compile(List.of(POLICY))
        .decide(
            new Call(
                new Subject(kind, name),
                object(arguments),
                new Caller(AGENT, ""),
                Optional.empty()),
            NO_TOOLS,
            NOW,
            (_, _) -> used);
  }

  @Test
  void aResourceIsDecidedByItsOwnRulesAndNeedsNoTool() {
    Decision unnamed = decide(Kind.RESOURCE, "vllm://any", "{}", 0);
    assertInstanceOf(Decision.Allow.class, unnamed);
    assertEquals("/resources/default", unnamed.reason().rule());
    Decision denied = decide(Kind.RESOURCE, "file:///etc/a~b", "{}", 0);
    assertEquals("/resources/file:~1~1~1etc~1a~0b", denied.reason().rule());
    assertEquals(
        "Denied by policy: the resource `file:///etc/a~b` may not be read (policy inference/p)."
            + " Reason: holds secrets",
        denied.reason().text());
  }

  @Test
  void aResourceHasLimits() {
    Decision limited = decide(Kind.RESOURCE, "vllm://status", "{}", 2);
    assertEquals("/resources/vllm:~1~1status/limits/0", limited.reason().rule());
    assertTrue(limited.reason().text().contains("the resource `vllm://status` is limited to 2"));
  }

  @Test
  void promptsAreDeniedUnlessNamedWhenTheyHaveNoDefault() {
    Decision unnamed = decide(Kind.PROMPT, "other", "{}", 0);
    assertEquals(ReasonCode.NotAllowed, unnamed.reason().code());
    assertEquals("/prompts/default", unnamed.reason().rule());
    assertEquals(
        "Denied by policy: the prompt `other` is not among the prompts that this grant may use"
            + " (policy inference/p).",
        unnamed.reason().text());
    PolicySet toolsAlone = set("{version: '1', default: allow}");
    assertFalse(toolsAlone.lists(new Subject(Kind.RESOURCE, "file:///x"), AGENT));
    assertFalse(toolsAlone.lists(new Subject(Kind.PROMPT, "x"), AGENT));
  }

  @Test
  void aPromptHasArgumentsAndNoSchema() {
    assertInstanceOf(
        Decision.Allow.class,
        decide(Kind.PROMPT, "greet", "{\"language\":\"de\",\"undeclared\":1}", 0));
    assertEquals(
        ReasonCode.RequirementNotMet,
        decide(Kind.PROMPT, "greet", "{\"language\":\"fr\"}", 0).reason().code());
    assertInstanceOf(Decision.NeedsApproval.class, decide(Kind.PROMPT, "summary", "{}", 0));
  }

  @Test
  void aRuleForAToolSaysNothingOfAPromptOfThatName() {
    PolicySet set = PolicySet.compile(List.of(POLICY));
    assertFalse(set.lists(Subject.tool("greet"), AGENT));
    assertTrue(set.lists(new Subject(Kind.PROMPT, "greet"), AGENT));
    assertFalse(set.lists(new Subject(Kind.RESOURCE, "file:///etc/a~b"), AGENT));
    assertTrue(set.lists(new Subject(Kind.RESOURCE, "file:///other"), AGENT));
  }

  @Test
  void hidingEveryToolHidesNoResource() {
    PolicySet set =
        PolicySet.compile(
            List.of(
                policy(
                    "p",
                    "{version: '1', default: allow, hide: ['*'], resources: {default: allow}}")));
    assertTrue(set.lists(new Subject(Kind.RESOURCE, "file:///x"), AGENT));
    assertFalse(set.lists(Subject.tool("x"), AGENT));
  }

  @Test
  void reportsContradictionsOfTheirDefaultsAndRules() {
    PolicySet set =
        PolicySet.compile(
            List.of(
                policy("open", "{version: '1', default: deny, prompts: {default: allow, p: {}}}"),
                policy("strict", "{version: '1', default: deny, prompts: {p: {action: deny}}}")));
    assertEquals(
        List.of(
            "prompts that no rule names are allowed by inference/open and denied by"
                + " inference/strict; the denial holds for their common grants",
            "the prompt `p` is allowed by inference/open and denied by inference/strict; the denial"
                + " holds for their common grants"),
        set.conflicts().stream().map(Conflict::text).toList());
  }
}
