// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.cli;

import dev.mcppolicy.engine.catalogue.PolicyTemplate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mcp-policy init}. */
@Command(
    name = "init",
    description = {
      "Prints a policy to begin with, which explains itself and has tests of what it claims:",
      "  vllm:read-only          look at the model server, change nothing",
      "  vllm:operations         look; stop, start and restart one model server",
      "  vllm:approval-required  look and use the model; a person agrees to the rest",
      "  vllm:locked             nothing may be called"
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    footer = {
      "",
      "Examples:",
      "  mcp-policy init vllm:operations > policy.yaml",
      "  mcp-policy init vllm:read-only --resource --server vllm | kubectl apply --filename -"
    })
final class InitCommand implements Callable<Integer> {
  private static final String SERVER = "vllm";
  private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
  private static final Pattern WORDS =
      Pattern.compile("(?<=^|[ {-])(deny_if|rate_limit|all_tools|strict_arguments)(?=:)");

  @Parameters(paramLabel = "TEMPLATE", description = "which one, such as vllm:operations")
  private String template = "";

  @Option(names = "--resource", description = "an McpPolicy for the cluster instead of a document")
  private boolean resource;

  @Option(
      names = "--server",
      paramLabel = "NAME",
      description = "with --resource: the McpServer that the policy is for (default: vllm)")
  private @Nullable String server;

  private final Terminal terminal;

  InitCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws BadInputException {
    var problems = new ArrayList<String>();
    Optional<PolicyTemplate> chosen =
        template.startsWith("vllm:")
            ? PolicyTemplate.named(template.substring("vllm:".length()))
            : Optional.empty();
    if (chosen.isEmpty()) {
      List<String> names = new ArrayList<>();
      for (PolicyTemplate one : PolicyTemplate.values()) {
        names.add("vllm:" + one.word());
      }
      problems.add("`" + template + "` is not a template; use " + String.join(", ", names));
    }
    if (server != null && !resource) {
      problems.add("--server: a document names no server; add --resource for an McpPolicy");
    }
    String of = server == null ? SERVER : server;
    if (!NAME.matcher(of).matches()) {
      problems.add("--server: `" + of + "` is not a name of an McpServer; use a-z, 0-9 and `-`");
    }
    if (!problems.isEmpty() || chosen.isEmpty()) {
      throw new BadInputException(problems);
    }
    terminal.print(resource ? manifest(chosen.get(), of) : chosen.get().text());
    return ExitCode.DONE;
  }

  /** The document as the spec of an McpPolicy, where keys are written as Kubernetes has them. */
  static String manifest(PolicyTemplate template, String server) {
    var text = new StringBuilder();
    text.append("apiVersion: mcppolicy.dev/v1alpha1\nkind: McpPolicy\n");
    text.append("metadata: {name: ").append(server).append('-').append(template.word());
    text.append("}\nspec:\n  servers: [{name: ").append(server).append("}]\n");
    template
        .text()
        .lines()
        .forEach(
            line -> text.append(line.isEmpty() ? "" : "  ").append(camelCase(line)).append('\n'));
    return text.toString();
  }

  private static String camelCase(String line) {
    if (line.stripLeading().startsWith("#")) {
      return line;
    }
    return WORDS
        .matcher(line)
        .replaceAll(
            key -> {
              String[] words = key.group().split("_");
              return words[0] + Character.toUpperCase(words[1].charAt(0)) + words[1].substring(1);
            });
  }
}
