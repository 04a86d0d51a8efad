// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What commands print, word for word. {@code -Dgolden=update} writes it anew. */
final class GoldenTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden");
  private static final String IN = "src/test/resources/inputs/";

  /** A run, by the name of its golden file. */
  record Run(String name, String in, List<String> arguments) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Run of(String name, String... arguments) {
    return new Run(name, "", List.of(arguments));
  }

  static Stream<Run> runs() {
    Stream<Run> helps =
        Stream.of(
                "tools", "init", "scan", "check", "test", "decide", "explain", "who-can", "restore",
                "proxy", "wrap")
            .map(command -> of("help-" + command, command, "--help"));
    String stop = "{\"name\": \"stop_vllm\"}";
    String drop =
        "{\"name\": \"drop_table\", \"arguments\": {\"table\": \"a\", \"cascade\": true}}";
    String manifests = IN + "manifests.yaml";
    return Stream.concat(
        helps,
        Stream.of(
            of("help", "--help"),
            of("no-command"),
            of("unknown-command", "chek", "x.yaml"),
            of("unknown-option", "check", "--fromat", "json", "x.yaml"),
            of("unknown-format", "check", "--format", "xml", IN + "wrong.yaml"),
            of("tools", "tools"),
            of("tools-of-some", "tools", "start_vllm", "list_models"),
            of("tools-unknown", "tools", "stop", "start_vllm", "begin"),
            of("tools-json", "tools", "--json", "restart_vllm"),
            of("init-unknown", "init", "vllm:everything", "--server", "Vllm_1"),
            of("init-resource", "init", "vllm:operations", "--resource", "--server", "vllm-2"),
            of("check", "check", manifests, IN + "database.yaml"),
            of("check-strict", "check", "--strict", IN + "warnings.yaml"),
            of("check-tools", "check", "--tools", IN + "tools.json", IN + "database.yaml"),
            of("check-tools-wrong", "check", "--tools", IN + "wrong.yaml", IN + "database.yaml"),
            of("check-wrong", "check", IN + "wrong.yaml", IN + "none.yaml", "src/test"),
            of("check-manifests-wrong", "check", IN + "manifests-wrong.yaml"),
            of("check-json", "check", "--format", "json", IN + "wrong.yaml", manifests),
            of("check-sarif", "check", "--format", "sarif", IN + "wrong.yaml", manifests),
            of("check-github", "check", "--format", "github", IN + "wrong.yaml", manifests),
            new Run("check-stdin", "version: \"1\"\n", List.of("check", "-")),
            new Run("check-nothing", "kind: Pod\napiVersion: v1\n", List.of("check", "-")),
            of("test", "test", IN + "tests.yaml", IN + "database.yaml"),
            of("test-wrong", "test", IN + "wrong.yaml", IN + "none.yaml"),
            of(
                "decide-deny",
                "decide",
                "--policy",
                manifests,
                "--server",
                "vllm",
                "--call",
                IN + "stop-other.json",
                "--grant",
                "ops"),
            of(
                "decide-approval",
                "decide",
                "--policy",
                manifests,
                "--server=vllm",
                "--call=" + IN + "stop.json",
                "--grant=ops",
                "--workload=vllm-server=2"),
            of(
                "decide-limited",
                "decide",
                "--policy=" + manifests,
                "--server=vllm",
                "--call=" + IN + "stop.json",
                "--grant=ops",
                "--state=" + IN + "used.json"),
            of(
                "decide-limited-json",
                "decide",
                "--json",
                "--policy=" + manifests,
                "--server=vllm",
                "--call=" + IN + "stop.json",
                "--grant=ops",
                "--state=" + IN + "used.json"),
            new Run(
                "decide-allow",
                stop,
                List.of("decide", "--policy=" + IN + "tests.yaml", "--call=-")),
            new Run(
                "decide-wrong",
                "{\"nane\": \"stop_vllm\", \"arguments\": []}",
                List.of(
                    "decide",
                    "--policy=" + IN + "wrong.yaml",
                    "--policy=" + IN + "none.yaml",
                    "--call=-",
                    "--at=noon",
                    "--workload=a=b",
                    "--state=" + IN + "used.json",
                    "--tools=" + IN + "used.json")),
            new Run(
                "decide-without-tools",
                drop,
                List.of("decide", "--policy=" + IN + "database.yaml", "--call=-")),
            new Run(
                "decide-tools",
                drop,
                List.of(
                    "decide",
                    "--policy=" + IN + "database.yaml",
                    "--call=-",
                    "--tools=" + IN + "tools.json")),
            new Run(
                "decide-several-servers",
                stop,
                List.of("decide", "--policy=" + manifests, "--call=-")),
            of(
                "explain",
                "explain",
                "--policy=" + manifests,
                "--server=vllm",
                "--call=" + IN + "stop.json",
                "--grant=ops"),
            of(
                "explain-json",
                "explain",
                "--json",
                "--policy=" + manifests,
                "--server=vllm",
                "--call=" + IN + "stop-other.json",
                "--grant=ops"),
            of("who-can", "who-can", "vllm", "stop_vllm", "--policy", manifests),
            of("who-can-look", "who-can", "vllm", "vllm_status", "--policy", manifests),
            of(
                "who-can-wrong",
                "who-can",
                "nobody",
                "stop vllm",
                "--policy",
                manifests,
                "-n",
                "x")));
  }

  @ParameterizedTest
  @MethodSource("runs")
  void printsWhatItsGoldenFileHas(Run run) throws IOException {
    Ran ran = InProcess.run(run.in(), run.arguments());
    String actual =
        "$ mcp-policy "
            + String.join(" ", run.arguments()).replace(IN, "")
            + "\n"
            + section("standard output", ran.out())
            + section("standard error", ran.err())
            + "-- exit code "
            + ran.exitCode()
            + "\n";
    Path golden = GOLDEN.resolve(run.name() + ".txt");
    if ("update".equals(System.getProperty("golden"))) {
      Files.createDirectories(GOLDEN);
      Files.writeString(golden, actual);
    }
    assertEquals(Files.readString(golden), actual, "rewrite it with -Dgolden=update");
  }

  private static String section(String name, String text) {
    String shown = text.replace(IN, "").replace(Version.text(), "VERSION");
    return text.isEmpty() ? "" : "-- " + name + "\n" + shown;
  }

  @Test
  void hasNoGoldenFileWithoutARun() throws IOException {
    Set<String> named = runs().map(run -> run.name() + ".txt").collect(Collectors.toSet());
    try (Stream<Path> files = Files.list(GOLDEN)) {
      Set<String> found =
          files
              .map(file -> String.valueOf(file.getFileName()))
              .collect(Collectors.toCollection(TreeSet::new));
      found.removeAll(named);
      assertTrue(found.isEmpty(), () -> "nobody writes " + found);
    }
  }

  @Test
  void shortHelpOfEachCommandShowsAnExample() {
    runs()
        .filter(run -> run.name().startsWith("help-"))
        .forEach(
            run ->
                assertTrue(InProcess.run("", run.arguments()).out().contains("\n  "), run.name()));
  }
}
