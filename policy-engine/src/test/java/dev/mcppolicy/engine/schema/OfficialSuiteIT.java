// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.json.JsonLimits;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonBoolean;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.json.StrictJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The official JSON-Schema-Test-Suite. Every case is either answered as the suite says, or its
 * schema is unusable and its file one of those of which some part is not supported on purpose.
 */
final class OfficialSuiteIT {
  /** Files with schemas that are unusable, because what they are about is not supported. */
  private static final Set<String> NOT_SUPPORTED =
      Set.of(
          "anchor.json",
          "definitions.json",
          "defs.json",
          "dynamicRef.json",
          "id.json",
          "infinite-loop-detection.json",
          "optional/anchor.json",
          "optional/cross-draft.json",
          "optional/dynamicRef.json",
          "optional/ecmascript-regex.json",
          "optional/id.json",
          "optional/refOfUnknownKeyword.json",
          "optional/unknownKeyword.json",
          "recursiveRef.json",
          "ref.json",
          "refRemote.json",
          "unevaluatedItems.json",
          "unevaluatedProperties.json",
          "unknownKeyword.json",
          "vocabulary.json");

  /** Left out: these want more of an annotation, or less of a number (1.0 is an integer here). */
  private static final Set<String> OTHERWISE_HERE =
      Set.of(
          "optional/content.json",
          "optional/format-assertion.json",
          "optional/zeroTerminatedFloats.json");

  private static final StrictJson JSON = new StrictJson(JsonLimits.RESPONSE);

  private int right;
  private int refused;
  private final List<String> wrong = new ArrayList<>();
  private final Set<String> filesWithRefused = new TreeSet<>();

  @ParameterizedTest
  @CsvSource({
    "draft2020-12, https://json-schema.org/draft/2020-12/schema",
    "draft2019-09, https://json-schema.org/draft/2019-09/schema",
    "draft7, http://json-schema.org/draft-07/schema#",
    "draft6, http://json-schema.org/draft-06/schema#",
    "draft4, http://json-schema.org/draft-04/schema#"
  })
  void answersAsTheSuiteSays(String draft, String dialect) throws Exception {
    Path folder = suite().resolve(draft);
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        String name = folder.relativize(file).toString().replace('\\', '/');
        if (!name.startsWith("optional/format/") && !OTHERWISE_HERE.contains(name)) {
          run(name, (JsonArray) JSON.read(Files.readAllBytes(file)), dialect);
        }
      }
    }
    System.out.println(
        draft
            + ": "
            + right
            + " as the suite says, "
            + refused
            + " refused in "
            + filesWithRefused);
    assertEquals(List.of(), wrong);
    assertTrue(right > 400, "only " + right);
    filesWithRefused.removeAll(NOT_SUPPORTED);
    assertEquals(Set.of(), filesWithRefused);
  }

  private void run(String file, JsonArray groups, String dialect) {
    for (JsonValue each : groups.elements()) {
      JsonObject group = (JsonObject) each;
      JsonObject schema =
          switch (group.get("schema").orElseThrow()) {
            case JsonObject object when object.has("$schema") -> object;
            case JsonObject object -> object.with("$schema", JsonValue.of(dialect));
            case JsonBoolean flag ->
                JsonObject.builder().put("not", JsonValue.of(!flag.value())).build();
            case JsonValue other -> throw new IllegalArgumentException(other.typeName());
          };
      for (JsonValue one : group.array("tests").orElseThrow().elements()) {
        JsonObject test = (JsonObject) one;
        boolean isValid = test.get("valid").orElseThrow().equals(JsonBoolean.TRUE);
        String name =
            file
                + ": "
                + group.string("description").orElseThrow()
                + ": "
                + test.string("description").orElseThrow();
        try {
          Subschema root = SchemaCompiler.compile(schema);
          boolean holds = new Check(Check.STEPS_MAX).holds(root, test.get("data").orElseThrow());
          if (holds == isValid) {
            right++;
          } else {
            wrong.add(name + " (valid: " + isValid + ")");
          }
        } catch (UnusableSchemaException unusable) {
          refused++;
          filesWithRefused.add(file);
        }
      }
    }
  }

  @Test
  void standsInTheCacheAsAWhole() throws Exception {
    assertTrue(Files.isDirectory(suite().resolve("draft2020-12/optional")));
  }

  private static Path suite() throws IOException, InterruptedException {
    Path script =
        Path.of(System.getProperty("repository", "..")).resolve("test-kit/schema/suite.sh");
    Process process =
        new ProcessBuilder(script.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), "suite.sh failed");
    return Path.of(answer.strip());
  }
}
