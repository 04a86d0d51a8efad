// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of {@code decide} and {@code explain}: policies, a call, and what surrounds it. */
final class CallOptions {
  @Option(
      names = "--policy",
      required = true,
      paramLabel = "FILE",
      description = "a policy, as `check` takes it; repeatable, then all of them apply")
  List<String> policies = new ArrayList<>();

  @Option(
      names = "--call",
      required = true,
      paramLabel = "FILE",
      description = {
        "the call, `-` for standard input: {\"name\": TOOL, \"arguments\": {…}},",
        "{\"resource\": URI} or {\"prompt\": NAME}"
      })
  @Nullable String call;

  @Option(
      names = "--grant",
      paramLabel = "NAME",
      defaultValue = "test",
      description = "under which grant (default: ${DEFAULT-VALUE})")
  String grant = "";

  @Option(
      names = "--grant-label",
      paramLabel = "KEY=VALUE",
      description = "a label of the grant; repeatable")
  Map<String, String> labels = new LinkedHashMap<>();

  @Option(
      names = "--at",
      paramLabel = "TIME",
      description = "when, such as 2026-01-31T18:00:00Z (default: now)")
  @Nullable String at;

  @Option(
      names = "--state",
      paramLabel = "FILE",
      description = "units used of counters: {\"COUNTER\": 3}, `rate_limit/TOOL` for a rate_limit")
  @Nullable String state;

  @Option(
      names = "--workload",
      paramLabel = "NAME[=REPLICAS]",
      description = "the workload that the call acts on")
  @Nullable String workload;

  @Option(
      names = "--tools",
      paramLabel = "FILE",
      description = "tools of a server other than vllm-mcp-server, as it lists them")
  @Nullable String tools;

  @Option(
      names = "--server",
      paramLabel = "NAME",
      description = "only McpPolicies for this server; needed where the files have several")
  @Nullable String server;

  @Option(names = "--json", description = "the decision as JSON")
  boolean json;
}
