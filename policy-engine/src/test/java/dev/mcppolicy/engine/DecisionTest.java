// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

import static dev.mcppolicy.engine.Fixtures.CATALOGUE;
import static dev.mcppolicy.engine.Fixtures.NOW;
import static dev.mcppolicy.engine.Fixtures.PUBLISHED;
import static dev.mcppolicy.engine.Fixtures.call;
import static dev.mcppolicy.engine.Fixtures.policy;
import static dev.mcppolicy.engine.Fixtures.policyFor;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Each case: the policies, a call, what is used of every counter; the decision, whole. */
final class DecisionTest {
  private record Case(
      String name,
      List<BoundPolicy> policies,
      Call call,
      long used,
      String decision,
      ReasonCode code,
      String rule,
      String text) {}

  private static final BoundPolicy OPERATIONS = policy("vllm-operations", PUBLISHED);

  private static final BoundPolicy SHARED =
      policy(
          "shared",
          """
          version: "1"
          default: deny
          tools:
            vllm_status: {}
            start_vllm:
              limits: [{counter: server_control, window: hour, max: 1, scope: server}]
            stop_vllm:
              limits: [{counter: server_control, window: hour, max: 6, scope: server}]
          """);

  private static final BoundPolicy ALL_BUT_ONE =
      policy(
          "all-but-one",
          """
          version: "1"
          default: allow
          tools:
            run_benchmark:
              action: deny
              reason: benchmarks are run by the platform team only
          """);

  private static BoundPolicy oneLimit(String limit) {
    return policy(
        "one", "{version: '1', default: deny, tools: {stop_vllm: {limits: [" + limit + "]}}}");
  }

  private static final List<Case> CASES =
      List.of(
          new Case(
              "the published policy allows stop_vllm while its limit has room",
              List.of(OPERATIONS),
              call("stop_vllm"),
              9,
              "Allow",
              ReasonCode.Allowed,
              "/tools/stop_vllm",
              "`stop_vllm` is allowed (policy inference/vllm-operations)."),
          new Case(
              "the published policy limits stop_vllm once ten calls are used",
              List.of(OPERATIONS),
              call("stop_vllm"),
              10,
              "RateLimited",
              ReasonCode.LimitExhausted,
              "/tools/stop_vllm/limits/0",
              "Denied by policy: `stop_vllm` is limited to 10 calls a minute for this grant (policy"
                  + " inference/vllm-operations). Next call possible in 41 s."),
          new Case(
              "a lowered max takes effect at once though more is used (T72)",
              List.of(OPERATIONS),
              call("stop_vllm"),
              25,
              "RateLimited",
              ReasonCode.LimitExhausted,
              "/tools/stop_vllm/limits/0",
              "Denied by policy: `stop_vllm` is limited to 10 calls a minute for this grant (policy"
                  + " inference/vllm-operations). Next call possible in 41 s."),
          new Case(
              "a tool that no rule names is denied under default deny",
              List.of(OPERATIONS),
              call("start_vllm"),
              0,
              "Deny",
              ReasonCode.NotAllowed,
              "/default",
              "Denied by policy: `start_vllm` is not among the tools that this grant may call"
                  + " (policy inference/vllm-operations)."),
          new Case(
              "a tool that the server does not have is unknown even under default allow",
              List.of(ALL_BUT_ONE),
              call("no_such_tool"),
              0,
              "Deny",
              ReasonCode.UnknownTool,
              "",
              "Unknown tool: no_such_tool"),
          new Case(
              "a name that no tool can have is unknown and not repeated (T23)",
              List.of(ALL_BUT_ONE),
              call("stop_vllm\u0000\u202e*"),
              0,
              "Deny",
              ReasonCode.UnknownTool,
              "",
              "Unknown tool"),
          new Case(
              "another case of a name is another tool (T23)",
              List.of(OPERATIONS),
              call("STOP_VLLM"),
              0,
              "Deny",
              ReasonCode.NotAllowed,
              "/default",
              "Denied by policy: `STOP_VLLM` is not among the tools that this grant may call"
                  + " (policy inference/vllm-operations)."),
          new Case(
              "nothing is allowed while the tools of the server are not known (T53)",
              List.of(ALL_BUT_ONE),
              call("not_loaded"),
              0,
              "Deny",
              ReasonCode.CatalogueNotLoaded,
              "",
              "Policy unavailable: the tools of this server are not known yet (the MCP server does"
                  + " not answer). Try again in a moment."),
          new Case(
              "no policy at all denies (T119)",
              List.of(),
              call("stop_vllm"),
              0,
              "Deny",
              ReasonCode.NoPolicy,
              "",
              "Denied by policy: no policy applies to the grant `agent`, so it may call nothing."
                  + " Whoever runs this server can bind one to it."),
          new Case(
              "a policy for another grant is no policy for this one (T119)",
              List.of(policyFor("other", PUBLISHED, "other")),
              call("stop_vllm"),
              0,
              "Deny",
              ReasonCode.NoPolicy,
              "",
              "Denied by policy: no policy applies to the grant `agent`, so it may call nothing."
                  + " Whoever runs this server can bind one to it."),
          new Case(
              "a rule with action deny denies with its reason",
              List.of(ALL_BUT_ONE),
              call("run_benchmark"),
              0,
              "Deny",
              ReasonCode.DeniedByRule,
              "/tools/run_benchmark",
              "Denied by policy: `run_benchmark` may not be called (policy inference/all-but-one)."
                  + " Reason: benchmarks are run by the platform team only"),
          new Case(
              "default allow allows a tool that no rule names",
              List.of(ALL_BUT_ONE),
              call("vllm_status"),
              0,
              "Allow",
              ReasonCode.Allowed,
              "/default",
              "`vllm_status` is allowed (policy inference/all-but-one)."),
          new Case(
              "a limit of 0 denies and promises no next call (T120)",
              List.of(oneLimit("{counter: c, window: minute, max: 0, scope: grant}")),
              call("stop_vllm"),
              0,
              "Deny",
              ReasonCode.DeniedByRule,
              "/tools/stop_vllm/limits/0",
              "Denied by policy: `stop_vllm` may not be called (policy inference/one)."),
          new Case(
              "one denial outweighs any number of policies that allow",
              List.of(
                  ALL_BUT_ONE,
                  policy("allows", "{version: '1', default: allow, tools: {run_benchmark: {}}}")),
              call("run_benchmark"),
              0,
              "Deny",
              ReasonCode.DeniedByRule,
              "/tools/run_benchmark",
              "Denied by policy: `run_benchmark` may not be called (policy inference/all-but-one)."
                  + " Reason: benchmarks are run by the platform team only"),
          new Case(
              "a tool that one policy names is allowed though another does not name it",
              List.of(OPERATIONS, SHARED),
              call("vllm_status"),
              0,
              "Allow",
              ReasonCode.Allowed,
              "/tools/vllm_status",
              "`vllm_status` is allowed (policy inference/shared)."),
          new Case(
              "a tool that no policy names is denied when one of them defaults to deny",
              List.of(ALL_BUT_ONE, OPERATIONS),
              call("vllm_chat"),
              0,
              "Deny",
              ReasonCode.NotAllowed,
              "/default",
              "Denied by policy: `vllm_chat` is not among the tools that this grant may call"
                  + " (policy inference/vllm-operations)."),
          new Case(
              "of two exhausted limits the later end is told",
              List.of(OPERATIONS, SHARED),
              call("stop_vllm"),
              10,
              "RateLimited",
              ReasonCode.LimitExhausted,
              "/tools/stop_vllm/limits/0",
              "Denied by policy: `stop_vllm` and the tools that share its counter `server_control`"
                  + " are limited to 6 calls an hour for all grants of this server (policy"
                  + " inference/shared). Next call possible in 30 min."),
          new Case(
              "limits that share a counter keep their own max",
              List.of(SHARED),
              call("start_vllm", "{\"model\":\"m\"}"),
              1,
              "RateLimited",
              ReasonCode.LimitExhausted,
              "/tools/start_vllm/limits/0",
              "Denied by policy: `start_vllm` and the tools that share its counter `server_control`"
                  + " are limited to 1 call an hour for all grants of this server (policy"
                  + " inference/shared). Next call possible in 30 min."),
          new Case(
              "the shorthand limits for each grant",
              List.of(
                  policy(
                      "short",
                      """
                      {version: "1", default: deny, tools: {vllm_chat: {rate_limit: {max: 100, window: 60}}}}
                      """)),
              call("vllm_chat"),
              100,
              "RateLimited",
              ReasonCode.LimitExhausted,
              "/tools/vllm_chat/rate_limit",
              "Denied by policy: `vllm_chat` is limited to 100 calls a minute for this grant (policy"
                  + " inference/short). Next call possible in 41 s."),
          new Case(
              "a window of seconds is named by its length",
              List.of(oneLimit("{counter: c, window: 90s, max: 2, scope: grant}")),
              call("stop_vllm"),
              2,
              "RateLimited",
              ReasonCode.LimitExhausted,
              "/tools/stop_vllm/limits/0",
              "Denied by policy: `stop_vllm` is limited to 2 calls in 90 s for this grant (policy"
                  + " inference/one). Next call possible in 71 s."),
          new Case(
              "a far end of a window is told with its time",
              List.of(oneLimit("{counter: c, window: month, max: 2, scope: [grant, server]}")),
              call("stop_vllm"),
              2,
              "RateLimited",
              ReasonCode.LimitExhausted,
              "/tools/stop_vllm/limits/0",
              "Denied by policy: `stop_vllm` is limited to 2 calls a month for this grant (policy"
                  + " inference/one). Next call possible in 13 d (at 2026-12-01T00:00:00Z)."),
          new Case(
              "a rule's reason is told when its limit denies",
              List.of(
                  policy(
                      "why",
                      """
                      version: "1"
                      default: deny
                      tools:
                        stop_vllm:
                          reason: stops are costly; ask the on-call first.
                          limits: [{counter: c, window: day, max: 1, scope: server}]
                      """)),
              call("stop_vllm"),
              1,
              "RateLimited",
              ReasonCode.LimitExhausted,
              "/tools/stop_vllm/limits/0",
              "Denied by policy: `stop_vllm` is limited to 1 call a day for all grants of this"
                  + " server (policy inference/why). Next call possible in 14 h (at"
                  + " 2026-11-19T00:00:00Z). Reason: stops are costly; ask the on-call first."),
          new Case(
              "an undeclared argument is denied with the declared ones (T24)",
              List.of(ALL_BUT_ONE),
              call("start_vllm", "{\"model\":\"m\",\"docker_image\":\"evil\"}"),
              0,
              "Deny",
              ReasonCode.UndeclaredArgument,
              "",
              "Denied by policy: the argument `docker_image` is not one that `start_vllm` declares."
                  + " Its arguments are model, port, max_model_len, extra_args."),
          new Case(
              "an undeclared argument is shown escaped and bounded",
              List.of(ALL_BUT_ONE),
              call("stop_vllm", "{\"`\\u202e" + "x".repeat(200) + "\":1}"),
              0,
              "Deny",
              ReasonCode.UndeclaredArgument,
              "",
              "Denied by policy: the argument `\\u0060\\u202e"
                  + "x".repeat(62)
                  + "...` is not one that `stop_vllm` declares. Its arguments are container_name."),
          new Case(
              "an argument whose name differs in case is undeclared",
              List.of(ALL_BUT_ONE),
              call("stop_vllm", "{\"Container_Name\":\"x\"}"),
              0,
              "Deny",
              ReasonCode.UndeclaredArgument,
              "",
              "Denied by policy: the argument `Container_Name` is not one that `stop_vllm` declares."
                  + " Its arguments are container_name."),
          new Case(
              "arguments of a tool without a schema are denied",
              List.of(ALL_BUT_ONE),
              call("no_schema", "{\"a\":1}"),
              0,
              "Deny",
              ReasonCode.SchemaUnknown,
              "",
              "Denied by policy: the arguments of `no_schema` cannot be checked, because the server"
                  + " publishes no schema for them. Calls without arguments are possible."),
          new Case(
              "a tool without a schema may be called without arguments",
              List.of(ALL_BUT_ONE),
              call("no_schema"),
              0,
              "Allow",
              ReasonCode.Allowed,
              "/default",
              "`no_schema` is allowed (policy inference/all-but-one)."),
          new Case(
              "a missing required argument is denied by name",
              List.of(ALL_BUT_ONE),
              call("start_vllm"),
              0,
              "Deny",
              ReasonCode.InvalidArguments,
              "",
              "Denied by policy: `start_vllm` needs the argument `model`."),
          new Case(
              "a text is no integer (T11)",
              List.of(ALL_BUT_ONE),
              call("start_vllm", "{\"model\":\"m\",\"port\":\"8000\"}"),
              0,
              "Deny",
              ReasonCode.InvalidArguments,
              "",
              "Denied by policy: the argument `port` of `start_vllm` is of type string and must be"
                  + " integer."),
          new Case(
              "a fraction is no integer (T11)",
              List.of(ALL_BUT_ONE),
              call("start_vllm", "{\"model\":\"m\",\"max_model_len\":1024.0000000000000001}"),
              0,
              "Deny",
              ReasonCode.InvalidArguments,
              "",
              "Denied by policy: the argument `max_model_len` of `start_vllm` is of type number and"
                  + " must be integer or null."),
          new Case(
              "a whole number with a fraction of zero is an integer",
              List.of(ALL_BUT_ONE),
              call("start_vllm", "{\"model\":\"m\",\"port\":8.0e3,\"max_model_len\":null}"),
              0,
              "Allow",
              ReasonCode.Allowed,
              "/default",
              "`start_vllm` is allowed (policy inference/all-but-one)."),
          new Case(
              "arguments are looked at before limits",
              List.of(OPERATIONS),
              call("stop_vllm", "{\"x\":1}"),
              10,
              "Deny",
              ReasonCode.UndeclaredArgument,
              "",
              "Denied by policy: the argument `x` is not one that `stop_vllm` declares. Its arguments"
                  + " are container_name."),
          new Case(
              "a counter that answers nonsense has no room",
              List.of(OPERATIONS),
              call("stop_vllm"),
              -1,
              "RateLimited",
              ReasonCode.LimitExhausted,
              "/tools/stop_vllm/limits/0",
              "Denied by policy: `stop_vllm` is limited to 10 calls a minute for this grant (policy"
                  + " inference/vllm-operations). Next call possible in 41 s."));

  @TestFactory
  Stream<DynamicTest> decides() {
    return CASES.stream().map(one -> dynamicTest(one.name(), () -> check(one)));
  }

  private static void check(Case one) {
    Decision decision =
        PolicySet.compile(one.policies()).decide(one.call(), CATALOGUE, NOW, (_, _) -> one.used());
    assertEquals(one.text(), decision.reason().text());
    assertEquals(one.decision(), decision.getClass().getSimpleName());
    assertEquals(one.code(), decision.reason().code());
    assertEquals(one.rule(), decision.reason().rule());
  }
}
