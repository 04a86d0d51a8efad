// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Holds the policy reference to the language: nothing that can be written is without an example.
 */
final class ReferenceFieldsTest {
  private static final Path REFERENCE = Path.of("..", "docs", "reference", "policy.md");
  private static final Pattern BLOCK =
      Pattern.compile("```(?:json|yaml)\n(.*?)```", Pattern.DOTALL);

  @Test
  void everyFieldHasAnExample() throws IOException {
    Set<String> fields = new TreeSet<>();
    for (int seed = 0; seed < 400; seed++) {
      fields.addAll(fields(PolicyPrinter.print(new RandomDocument(new Random(seed)).document())));
    }
    assertTrue(fields.size() > 55, () -> "the generator uses only " + fields);
    for (JsonObject example : examples()) {
      fields.removeAll(fields(example));
    }
    assertEquals(Set.of(), fields);
  }

  @Test
  void everyWordOfAFieldIsInTheReference() throws IOException {
    String reference = Files.readString(REFERENCE);
    Stream<String> words =
        Stream.of(
                Arrays.stream(Operator.values()).map(Operator::word),
                Arrays.stream(Scope.values()).map(Scope::word),
                Arrays.stream(Algorithm.values()).map(Algorithm::word),
                Arrays.stream(ChargedOn.values()).map(ChargedOn::word),
                Arrays.stream(Mode.values()).map(Mode::word),
                Arrays.stream(Recording.values()).map(Recording::word),
                Arrays.stream(Action.values()).map(Action::word),
                PolicyTest.DECISIONS.stream(),
                WindowReader.NAMES.stream())
            .flatMap(all -> all);
    Set<String> missing =
        words.filter(word -> !reference.contains("`" + word + "`")).collect(Collectors.toSet());
    assertEquals(Set.of(), missing);
  }

  /** Every key of the language with the key around it, as {@code limits.max}. */
  private static Set<String> fields(JsonObject document) {
    var fields = new HashSet<String>();
    for (List<Object> steps : Respelt.objectsOfTheLanguage(document)) {
      Object parent =
          steps.stream().filter(String.class::isInstance).reduce((_, b) -> b).orElse("");
      boolean isRule =
          steps.size() == 2 && Set.of("tools", "resources", "prompts").contains(steps.getFirst());
      String around = isRule ? "rule" : String.valueOf(parent);
      JsonValue object = at(document, steps);
      if (object instanceof JsonObject(Map<String, JsonValue> members)) {
        members.keySet().forEach(key -> fields.add(kind(around) + "." + key));
      }
    }
    return fields;
  }

  /** Lists of the same things have one kind. */
  private static String kind(String around) {
    return switch (around) {
      case "require", "deny_if", "unless", "all", "any", "not" -> "condition";
      case "allow", "deny" -> "period";
      default -> around;
    };
  }

  private static JsonValue at(JsonObject document, List<Object> steps) {
    JsonValue value = document;
    for (Object step : steps) {
      value =
          switch (value) {
            case JsonObject object -> object.get(String.valueOf(step)).orElseThrow();
            case JsonValue.JsonArray array -> array.elements().get((Integer) step);
            default -> throw new IllegalArgumentException("nothing at " + steps);
          };
    }
    return value;
  }

  private static List<JsonObject> examples() throws IOException {
    Matcher block = BLOCK.matcher(Files.readString(REFERENCE));
    return block
        .results()
        .map(
            result ->
                YamlText.read(result.group(1), PolicyReader.DOCUMENT_BYTES_MAX, new Problems()))
        .flatMap(Optional::stream)
        .map(JsonObject.class::cast)
        .toList();
  }
}
