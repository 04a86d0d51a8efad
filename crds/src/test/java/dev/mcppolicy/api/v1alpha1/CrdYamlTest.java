// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.api.v1alpha1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The committed CRD YAML is what the Java types say. {@code -Dgolden=update} rewrites it. */
final class CrdYamlTest {
  private static final Path COMMITTED = Path.of("src/main/resources/crds");

  @Test
  void committedYamlIsWhatTheTypesSay() throws IOException {
    Map<String, String> generated = CrdYaml.generated();
    if ("update".equals(System.getProperty("golden"))) {
      Files.createDirectories(COMMITTED);
      for (Map.Entry<String, String> crd : generated.entrySet()) {
        Files.writeString(COMMITTED.resolve(crd.getKey()), crd.getValue());
      }
    }
    try (var files = Files.list(COMMITTED)) {
      assertEquals(
          generated.keySet(),
          new TreeSet<>(files.map(file -> file.getFileName().toString()).toList()));
    }
    for (Map.Entry<String, String> crd : generated.entrySet()) {
      assertEquals(
          crd.getValue(),
          Files.readString(COMMITTED.resolve(crd.getKey())),
          "rewrite it with -Dgolden=update");
    }
  }

  @ParameterizedTest(name = "every object level of the spec of {0} keeps unknown keys (T120)")
  @ValueSource(strings = {"mcpservers", "mcppolicies", "mcpgrants"})
  void everyObjectLevelOfTheSpecKeepsUnknownKeys(String plural) {
    List<JSONSchemaProps> objects = new ArrayList<>();
    collectObjects(specOf(plural), objects);
    assertTrue(objects.size() >= 3, "saw " + objects.size());
    assertTrue(
        objects.stream()
            .allMatch(o -> Boolean.TRUE.equals(o.getXKubernetesPreserveUnknownFields())));
  }

  @ParameterizedTest(name = "every list and text of the spec of {0} is bounded")
  @ValueSource(strings = {"mcpservers", "mcppolicies", "mcpgrants"})
  void everyListAndTextOfTheSpecIsBounded(String plural) {
    assertBounded(plural, specOf(plural));
  }

  /** An object that cannot be read would stop the watch of all, in every namespace. */
  @ParameterizedTest(name = "an expiry `{0}` is refused by the schema or can be read")
  @ValueSource(
      strings = {
        "2027-01-01T00:00:00Z",
        "2027-01-01T00:00:00.123456789+17:59",
        // the format date-time of the API server lets all of these through
        "2027-01-01T00:00:00.1234567891Z",
        "2027-01-01T00:00:00,5Z",
        "2027-01-01T00:00:00+99:99",
        "2027-01-01T00:00:00ZTomorrow"
      })
  void everyExpiryThatTheSchemaTakesCanBeRead(String expiry) {
    String pattern = CrdYaml.property(specOf("mcpgrants"), "expiresAt").getPattern();
    boolean isRead = true;
    try {
      new KubernetesSerialization()
          .unmarshal(
              "kind: McpGrant\napiVersion: mcppolicy.dev/v1alpha1\nspec: {expiresAt: '"
                  + expiry
                  + "'}",
              McpGrant.class);
    } catch (RuntimeException unreadable) {
      isRead = false;
    }
    assertEquals(isRead, pattern != null && expiry.matches(pattern));
  }

  private static void assertBounded(String place, JSONSchemaProps schema) {
    if ("array".equals(schema.getType())) {
      assertTrue(schema.getMaxItems() != null, place);
    }
    if ("string".equals(schema.getType())
        && schema.getFormat() == null
        && (schema.getEnum() == null || schema.getEnum().isEmpty())) {
      assertTrue(schema.getMaxLength() != null, place);
    }
    CrdYaml.children(schema).forEach(child -> assertBounded(place + ".?", child));
  }

  private static void collectObjects(JSONSchemaProps schema, List<JSONSchemaProps> objects) {
    if ("object".equals(schema.getType()) && schema.getAdditionalProperties() == null) {
      objects.add(schema);
    }
    CrdYaml.children(schema).forEach(child -> collectObjects(child, objects));
  }

  private static JSONSchemaProps specOf(String plural) {
    String yaml = CrdYaml.generated().getOrDefault(plural + ".mcppolicy.dev.yaml", "");
    JSONSchemaProps root =
        new KubernetesSerialization()
            .unmarshal(yaml, CustomResourceDefinition.class)
            .getSpec()
            .getVersions()
            .getFirst()
            .getSchema()
            .getOpenAPIV3Schema();
    return CrdYaml.property(root, "spec");
  }
}
