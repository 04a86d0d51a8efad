// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.DictionaryFile;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.mcppolicy.json.JsonText;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What any bytes at all are read as. The inputs kept under {@code
 * src/test/resources/…/PolicyReaderFuzzInputs} are those that got a message of a new kind when they
 * were found; an input that fails is written there too.
 */
final class PolicyReaderFuzz {

  /** The wrong documents, each of which a message is known for. */
  static Stream<byte[]> wrongDocuments() throws IOException {
    var documents = new ArrayList<byte[]>();
    for (Path file : ErrorTextTest.documents()) {
      documents.add(Files.readAllBytes(file));
    }
    return documents.stream();
  }

  @MethodSource("wrongDocuments")
  @DictionaryFile(resourcePath = "words.dict")
  @FuzzTest(maxDuration = "60s")
  void readsAnything(byte[] bytes) { // T12, T120
    String text = new String(bytes, StandardCharsets.UTF_8);
    switch (PolicyReader.read(text)) {
      case PolicyReading.Invalid(List<Problem> problems) -> {
        assertTrue(problems.size() <= PolicyReader.PROBLEMS_MAX + 1, "too many problems");
        for (Problem problem : problems) {
          String shown = problem.text();
          assertTrue(shown.chars().allMatch(c -> c >= 0x20 && c < 0x7F), shown);
          assertTrue(shown.length() < 4_096, shown);
        }
      }
      case PolicyReading.Valid(PolicyDocument document) -> {
        JsonObject printed = PolicyPrinter.print(document);
        assertEquals(new PolicyReading.Valid(document), PolicyReader.read(printed));
        assertEquals(
            new PolicyReading.Valid(document), PolicyReader.read(JsonText.string(printed)));
      }
    }
  }
}
