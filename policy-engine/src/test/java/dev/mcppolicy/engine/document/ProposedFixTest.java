// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.document;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** A message that proposes a fix is right: the problem is gone when the fix is made. */
final class ProposedFixTest {

  @TestFactory
  List<DynamicTest> aProposedFixEndsTheProblem() throws IOException { // T120
    return ErrorTextTest.documents().stream()
        .map(file -> dynamicTest(String.valueOf(file.getFileName()), () -> fixed(file)))
        .toList();
  }

  @Test
  void mostMessagesProposeAFixAndMostDocumentsAreValidAfterIt() throws IOException {
    int proposals = 0;
    int valid = 0;
    List<Path> documents = ErrorTextTest.documents();
    for (Path file : documents) {
      Outcome outcome = fixed(file);
      proposals += outcome.fixes();
      valid += outcome.left().isEmpty() ? 1 : 0;
    }
    assertTrue(
        proposals >= 240 && valid >= 45,
        proposals + " fixes, " + valid + " of " + documents.size() + " documents valid after them");
  }

  /** What was done, and which problems have no proposal. */
  private record Outcome(int fixes, List<Problem> left) {}

  private static Outcome fixed(Path file) throws IOException {
    String document = Files.readString(file);
    for (int fixes = 0; fixes < 400; fixes++) {
      List<Problem> problems = problems(document);
      Optional<String> better = Optional.empty();
      for (Problem problem : problems) {
        better = ProposedFix.apply(document, problem);
        if (better.isPresent()) {
          List<Problem> after = problems(better.get());
          String what = problem.text() + "\n" + better.get();
          // in a list, the next element may have moved up to the same place with the same problem
          assertTrue(
              after.size() < problems.size() || !after.contains(problem),
              () -> "still there: " + what);
          break;
        }
      }
      if (better.isEmpty()) {
        return new Outcome(fixes, problems);
      }
      document = better.get();
    }
    throw new AssertionError("the fixes do not end: " + document);
  }

  private static List<Problem> problems(String document) {
    return switch (PolicyReader.read(document)) {
      case PolicyReading.Valid _ -> List.of();
      case PolicyReading.Invalid(List<Problem> problems) -> new ArrayList<>(problems);
    };
  }
}
