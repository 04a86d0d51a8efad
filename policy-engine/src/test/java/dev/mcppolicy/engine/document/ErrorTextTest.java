// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The messages for wrong documents, each beside its document as a golden file: {@code
 * -Dgolden=update} writes them anew, and the change is reviewed like any other text for people.
 */
final class ErrorTextTest {
  private static final Path DOCUMENTS = Path.of("src", "test", "resources", "errors");

  @TestFactory
  List<DynamicTest> saysWhatIsWrong() throws IOException { // T120
    List<Path> documents = documents();
    assertTrue(documents.size() >= 70, "found only " + documents.size());
    return documents.stream()
        .map(file -> dynamicTest(String.valueOf(file.getFileName()), () -> check(file)))
        .toList();
  }

  static List<Path> documents() throws IOException {
    try (Stream<Path> files = Files.list(DOCUMENTS)) {
      return files.filter(file -> !file.toString().endsWith(".golden")).sorted().toList();
    }
  }

  private static void check(Path file) throws IOException {
    PolicyReading reading = PolicyReader.read(Files.readString(file));
    List<Problem> problems = assertInstanceOf(PolicyReading.Invalid.class, reading).problems();
    for (Problem problem : problems) {
      assertTrue(
          problem.text().length() < 800
              && problem.text().chars().allMatch(c -> c >= 0x20 && c < 0x7F),
          problem::text);
    }
    String text = String.join("\n", problems.stream().map(Problem::text).toList()) + "\n";
    Path golden = file.resolveSibling(file.getFileName() + ".golden");
    if (System.getProperty("golden", "").equals("update")) {
      Files.writeString(golden, text);
    } else if (!Files.exists(golden)) {
      fail(golden + " is missing; write it with -Dgolden=update");
    } else {
      assertEquals(Files.readString(golden), text);
    }
  }
}
