// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
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
  private static final Path READER =
      Path.of("src", "main", "java", "dev", "mcppolicy", "engine", "document");
  private static final Pattern KIND = Pattern.compile("reportUnknownKeys\\(\\s*\"([^\"]+)\"[,)]");
  private static final Pattern UNKNOWN_KEY =
      Pattern.compile("`qqqqqqqq` is not a key of ([^;]+); use (.+)");
  private static final Pattern BLOCK =
      Pattern.compile("```(?:json|yaml)\n(.*?)```", Pattern.DOTALL);

  /**
   * The reader itself says what it accepts: in every kind of object it is given a key that it does
   * not know, and it names those that it does.
   */
  @Test
  void everyFieldThatTheReaderAcceptsHasAnExample() throws IOException {
    List<JsonObject> examples = examples();
    Map<String, Set<String>> accepted = new TreeMap<>();
    for (int seed = 0; seed < 60; seed++) {
      JsonObject any = PolicyPrinter.print(new RandomDocument(new Random(seed)).document());
      objects(any).forEach(object -> accepted.putIfAbsent(object.kind, object.accepted));
    }
    Set<String> missing = new TreeSet<>();
    accepted.forEach((kind, keys) -> keys.forEach(key -> missing.add(kind + ": " + key)));
    assertTrue(missing.size() > 65, () -> "the generator reaches only " + missing);
    assertEquals(
        Respelt.CAMEL_CASE.keySet(),
        accepted.values().stream()
            .flatMap(Set::stream)
            .filter(key -> key.contains("_"))
            .collect(Collectors.toSet()),
        "the other spelling of some key is not tried");
    for (JsonObject example : examples) {
      objects(example)
          .forEach(object -> object.used.forEach(key -> missing.remove(object.kind + ": " + key)));
    }
    assertEquals(Set.of(), missing);
    for (String rules : List.of("resources", "prompts")) {
      assertTrue(
          examples.stream()
              .anyMatch(one -> one.object(rules).stream().anyMatch(set -> set.has("default"))),
          () -> rules + ".default has no example");
    }
    assertEquals(kindsOfTheReader(), accepted.keySet(), "some kind of object is not looked at");
  }

  /**
   * One object of the language in a document.
   *
   * @param kind what the reader calls it, such as {@code a limit}
   * @param accepted the keys that the reader names
   * @param used the keys that stand in it
   */
  private record Described(String kind, Set<String> accepted, Set<String> used) {}

  private static List<Described> objects(JsonObject document) {
    return Respelt.objectsOfTheLanguage(document).stream()
        .map(
            steps -> {
              JsonObject object = (JsonObject) Respelt.at(document, steps);
              JsonValue wrong =
                  Edit.at(
                      document,
                      steps,
                      _ -> Optional.of(object.with("qqqqqqqq", JsonValue.of(true))));
              Matcher said =
                  UNKNOWN_KEY.matcher(
                      assertInstanceOf(
                              PolicyReading.Invalid.class, PolicyReader.read((JsonObject) wrong))
                          .problems()
                          .getFirst()
                          .message());
              assertTrue(said.matches(), said::toString);
              // a rule is the same for all of them
              String kind = said.group(1).replaceFirst("^a rule of a .*", "a rule");
              return new Described(
                  kind, Set.of(said.group(2).split(", ")), object.members().keySet());
            })
        .toList();
  }

  /** What the sources of the reader call the objects whose keys it looks at. */
  private static Set<String> kindsOfTheReader() throws IOException {
    Set<String> kinds = new TreeSet<>();
    try (Stream<Path> files = Files.list(READER)) {
      for (Path file : files.toList()) {
        Matcher kind = KIND.matcher(Files.readString(file));
        while (kind.find()) {
          kinds.add(kind.group(1));
        }
      }
    }
    return kinds;
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
