// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.e2e;

import static java.util.function.Predicate.not;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
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

  private final Path root = TestSources.root();

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
    TestSources sources = TestSources.read();
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

  private static boolean isTest(String entry, TestSources sources) {
    Matcher name = NAME.matcher(entry);
    return name.matches()
        && (name.group(2) == null
            ? sources.has(name.group(1))
            : sources.has(name.group(1), name.group(2)));
  }

  private List<String> lines() throws IOException {
    return Files.readAllLines(root.resolve("docs/security/threat-model.md"));
  }
}
