// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.e2e.TestSources.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The sentences of the policy language: each has tests, and each of those exists. */
final class PolicyLanguageTest {
  private static final Pattern ROW = Pattern.compile("\\| (\\d+) \\| (.+) \\| (.+) \\|");
  private static final Pattern ENTRY =
      Pattern.compile("`([a-z0-9-]+): (\\w+)\\.(\\w+)`((?: \\(`.+?`\\))*)");
  private static final Pattern CASE = Pattern.compile(" \\(`(.+?)`\\)");
  private static final Pattern LATER = Pattern.compile("later \\(.+\\)");

  /** Sentences about what is not there yet. */
  private static final int LATER_MAX = 2;

  private record Sentence(int number, String text, List<String> tests) {}

  private static List<Sentence> sentences() throws IOException {
    return Files.readAllLines(TestSources.root().resolve("docs/internals/policy-language-tests.md"))
        .stream()
        .map(ROW::matcher)
        .filter(Matcher::matches)
        .map(
            row ->
                new Sentence(
                    Integer.parseInt(row.group(1)),
                    row.group(2),
                    List.of(row.group(3).split("<br>"))))
        .toList();
  }

  @Test
  void everySentenceIsNumberedInItsOrder() throws IOException {
    List<Integer> numbers = sentences().stream().map(Sentence::number).toList();
    assertTrue(numbers.size() >= 149, "saw " + numbers.size());
    assertEquals(IntStream.rangeClosed(1, numbers.size()).boxed().toList(), numbers);
  }

  @Test
  void everyTestThatIsNamedExistsInItsModule() throws IOException {
    TestSources sources = TestSources.read();
    List<String> problems = new ArrayList<>();
    int later = 0;
    for (Sentence sentence : sentences()) {
      for (String entry : sentence.tests) {
        if (LATER.matcher(entry).matches()) {
          later++;
        } else if (!exists(entry, sources)) {
          problems.add(sentence.number + ", " + sentence.text + ": there is no " + entry);
        }
      }
    }
    assertEquals(List.of(), problems);
    assertTrue(later <= LATER_MAX, () -> "more sentences than known have no test");
  }

  private static boolean exists(String entry, TestSources sources) throws IOException {
    Matcher named = ENTRY.matcher(entry);
    if (!named.matches()) {
      return false;
    }
    List<Source> found = sources.declaring(named.group(1), named.group(2), named.group(3));
    if (found.size() != 1) {
      return false;
    }
    Matcher cases = CASE.matcher(named.group(4));
    while (cases.find()) {
      if (!hasCase(found.getFirst(), cases.group(1))) {
        return false;
      }
    }
    return true;
  }

  /** A case is some text of the test, or a file that its module has for tests. */
  private static boolean hasCase(Source source, String name) throws IOException {
    // texts over several lines are one
    if (source.text().replaceAll("\"\\s*\\+\\s*\"", "").contains(name)) {
      return true;
    }
    Path resources = source.module().resolve("src/test/resources");
    if (!Files.isDirectory(resources)) {
      return false;
    }
    try (Stream<Path> files = Files.walk(resources)) {
      return files.anyMatch(file -> file.endsWith(name));
    }
  }
}
