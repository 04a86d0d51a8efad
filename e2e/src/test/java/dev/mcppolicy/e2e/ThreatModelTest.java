// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.e2e;

import static java.util.function.Predicate.not;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The threat model: each case is complete, and each test that it names exists in the sources. */
final class ThreatModelTest {
  private static final int CASES = 146;
  private static final Set<String> TOPICS =
      Set.of(
          "guarding the pods",
          "identity and approvals",
          "the record",
          "both eras",
          "shared counters",
          "platform",
          "console",
          "policy language",
          "workload control");
  private static final Pattern TITLE = Pattern.compile("### T(\\d+) \\S.*");
  private static final Pattern LATER = Pattern.compile("later \\((.+)\\)");
  private static final Pattern NAME = Pattern.compile("(\\w+)(?:\\.(\\w+))?");

  private final Path root = root();

  @Test
  void everyCaseHasCaseHoldsAndTestInThisOrder() throws IOException {
    List<String> lines = lines();
    var numbers = new ArrayList<Integer>();
    for (int i = 0; i < lines.size(); i++) {
      if (!lines.get(i).startsWith("### ")) {
        continue;
      }
      Matcher title = TITLE.matcher(lines.get(i));
      assertTrue(title.matches(), lines.get(i));
      numbers.add(Integer.valueOf(title.group(1)));
      List<String> body =
          lines.subList(i + 1, lines.size()).stream()
              .takeWhile(not(line -> line.startsWith("#")))
              .filter(not(String::isBlank))
              .toList();
      assertEquals(
          List.of("- Case: ", "- Holds: ", "- Test: "),
          body.stream().map(line -> line.substring(0, line.indexOf(": ") + 2)).toList(),
          lines.get(i));
    }
    assertEquals(IntStream.rangeClosed(1, CASES).boxed().toList(), numbers);
  }

  @Test
  void everyTestThatIsNamedExists() throws IOException {
    Map<String, List<String>> sources = sources();
    var problems = new ArrayList<String>();
    String title = "";
    for (String line : lines()) {
      if (line.startsWith("### ")) {
        title = line.substring("### ".length());
      } else if (line.startsWith("- Test: ")) {
        for (String entry : line.substring("- Test: ".length()).split("; ", -1)) {
          if (!isTopic(entry) && !isTest(entry, sources)) {
            problems.add(title + ": `" + entry + "` is neither a test nor a topic");
          }
        }
      }
    }
    assertEquals(List.of(), problems);
  }

  private static boolean isTopic(String entry) {
    Matcher later = LATER.matcher(entry);
    return later.matches() && TOPICS.contains(later.group(1));
  }

  private static boolean isTest(String entry, Map<String, List<String>> sources) {
    Matcher name = NAME.matcher(entry);
    if (!name.matches()) {
      return false;
    }
    String method = name.group(2);
    return sources.getOrDefault(name.group(1), List.of()).stream()
        .anyMatch(text -> method == null || declares(text, method));
  }

  /** Whether a source declares a test: a method of Java, a function of Go. */
  private static boolean declares(String text, String method) {
    return Pattern.compile("(?m)^(?:  (?:void|List<DynamicTest>) |func )" + method + "\\(")
        .matcher(text)
        .find();
  }

  /**
   * The text of each test by the name of its file without the ending; some names are used twice.
   */
  private Map<String, List<String>> sources() throws IOException {
    var sources = new HashMap<String, List<String>>();
    try (Stream<Path> modules = Files.list(root)) {
      for (Path module : modules.toList()) {
        add(module.resolve("src/test/java"), ".java", sources);
      }
    }
    add(root.resolve("stdio-bridge"), "_test.go", sources);
    return sources;
  }

  private static void add(Path folder, String ending, Map<String, List<String>> sources)
      throws IOException {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(f -> f.toString().endsWith(ending)).toList()) {
        String name = file.getFileName().toString();
        sources
            .computeIfAbsent(name.substring(0, name.lastIndexOf('.')), _ -> new ArrayList<>())
            .add(Files.readString(file));
      }
    }
  }

  private List<String> lines() throws IOException {
    return Files.readAllLines(root.resolve("docs/security/threat-model.md"));
  }

  private static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("docs/security/threat-model.md"))) {
      folder = folder.getParent();
      if (folder == null) {
        throw new IllegalStateException("run the test inside the repository");
      }
    }
    return folder;
  }
}
