// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.api.v1alpha1.McpPolicy;
import dev.mcppolicy.engine.catalogue.PolicyTemplate;
import dev.mcppolicy.engine.catalogue.RiskCatalogue;
import dev.mcppolicy.engine.document.PolicyDocument;
import dev.mcppolicy.engine.document.PolicyReader;
import dev.mcppolicy.engine.document.PolicyReading;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every policy under examples/ can be applied as it is. */
final class ExamplesTest {
  private static final Path EXAMPLES = Path.of("../examples");
  private static final Pattern YAML_BLOCK = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);
  private static final Pattern WITH_UNDERSCORE =
      Pattern.compile("\\b(all_tools|deny_if|rate_limit|strict_arguments|time_zone)\"?:");
  private static final KubernetesSerialization YAML = new KubernetesSerialization();

  @Test
  void everyPolicyIsValidAndItsTestsPass() throws IOException {
    List<McpPolicy> policies = policies();
    assertTrue(policies.size() >= 5, "saw " + policies.size());
    for (McpPolicy policy : policies) {
      policy.getMetadata().setUid(policy.getMetadata().getName());
      policy.getMetadata().setNamespace("inference");
      policy.getMetadata().setGeneration(1L);
      PolicyCheck check = new PolicyChecks(TestRun.LIKE_THE_COMMAND).of(policy);
      assertInstanceOf(PolicyCheck.Valid.class, check, check::toString);
    }
  }

  /** In files a policy is shown in its published spelling, in resources in that of Kubernetes. */
  @Test
  void resourcesAreShownInCamelCase() throws IOException {
    List<String> shown = new ArrayList<>();
    for (Path file : documentation()) {
      String text = Files.readString(file);
      Stream<String> pieces =
          file.toString().endsWith(".md")
              ? YAML_BLOCK.matcher(text).results().map(block -> block.group(1))
              : Stream.of(text);
      pieces
          .flatMap(piece -> Arrays.stream(piece.split("(?m)^---$")))
          .filter(object -> object.contains("kind: McpPolicy\n"))
          .forEach(shown::add);
    }
    assertTrue(shown.size() >= 7, "saw " + shown.size());
    for (String object : shown) {
      assertFalse(WITH_UNDERSCORE.matcher(object).find(), object);
    }
  }

  private static List<Path> documentation() throws IOException {
    List<Path> files = new ArrayList<>(List.of(Path.of("../README.md")));
    for (Path folder : List.of(EXAMPLES, Path.of("../docs"))) {
      try (Stream<Path> found = Files.walk(folder)) {
        found.filter(file -> file.toString().matches(".*\\.(md|yaml)")).forEach(files::add);
      }
    }
    return files;
  }

  @Test
  void operationsIsTheTemplateOfItsName() throws IOException {
    McpPolicy policy =
        policies().stream()
            .filter(p -> p.getMetadata().getName().equals("operations"))
            .findFirst()
            .orElseThrow();
    var valid = assertInstanceOf(PolicyCheck.Valid.class, PolicyCheck.reading(policy));
    assertEquals(document(PolicyTemplate.OPERATIONS.text()), valid.read());
    assertEquals(List.of(), Warnings.of(valid, RiskCatalogue.vllm().byName()));
  }

  private static PolicyDocument document(String text) {
    return switch (PolicyReader.read(text)) {
      case PolicyReading.Valid(var read) -> read;
      case PolicyReading.Invalid(var problems) -> throw new AssertionError(problems);
    };
  }

  private static List<McpPolicy> policies() throws IOException {
    try (Stream<Path> files = Files.walk(EXAMPLES)) {
      return files
          .filter(file -> file.toString().endsWith(".yaml"))
          .sorted()
          .flatMap(ExamplesTest::objects)
          .filter(object -> object.contains("kind: McpPolicy\n"))
          .map(object -> YAML.unmarshal(object, McpPolicy.class))
          .toList();
    }
  }

  private static Stream<String> objects(Path file) {
    try {
      return Arrays.stream(Files.readString(file).split("(?m)^---$"));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
