// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.api.v1alpha1;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.crdv2.generator.CRDPostProcessor;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaPropsOrArray;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The CRD YAML, by file name: what the generator makes of the types, and what it cannot be told.
 */
final class CrdYaml {
  private static final String HEAD =
      """
      # SPDX-License-Identifier: Apache-2.0
      # Generated from the Java types: change those, then ./mvnw test -pl crds -Dgolden=update
      """;
  private static final List<Class<? extends HasMetadata>> KINDS =
      List.of(McpServer.class, McpPolicy.class, McpGrant.class, McpServerState.class);

  private CrdYaml() {}

  static Map<String, String> generated() {
    Map<String, ByteArrayOutputStream> out = new TreeMap<>();
    new CRDGenerator()
        .customResourceClasses(KINDS)
        .forCRDVersions("v1")
        .withParallelGenerationEnabled(false)
        .withMinQuotes(true)
        .withPostProcessor(
            new CRDPostProcessor() {
              @Override
              public HasMetadata process(HasMetadata crd, String crdSpecVersion) {
                return completed((CustomResourceDefinition) crd);
              }
            })
        .withOutput(
            new CRDGenerator.CRDOutput<ByteArrayOutputStream>() {
              @Override
              public ByteArrayOutputStream outputFor(String crdName) {
                return out.computeIfAbsent(crdName, name -> new ByteArrayOutputStream());
              }

              @Override
              public void close() {}
            })
        .generate();
    Map<String, String> text = new TreeMap<>();
    out.forEach(
        (name, bytes) ->
            text.put(
                name.replaceFirst("-v1$", ".yaml"),
                bytes.toString(UTF_8).replaceFirst("^#[^\n]*\n", HEAD)));
    return text;
  }

  private static CustomResourceDefinition completed(CustomResourceDefinition crd) {
    String kind = crd.getSpec().getNames().getKind();
    CustomResourceDefinitionVersion version = crd.getSpec().getVersions().getFirst();
    JSONSchemaProps root = version.getSchema().getOpenAPIV3Schema();
    JSONSchemaProps spec = property(root, "spec");
    root.setRequired(List.of("spec"));
    dropRepeatedRules(root);
    orderColumns(version, kind);
    if (kind.equals("McpServerState")) {
      root.getProperties().remove("status"); // all of it is spec: sidecars write it
      property(spec, "pods").setMaxProperties(256L);
      property(spec, "workloads").setMaxProperties(64L);
      property(spec, "spent").setMaxProperties(256L);
    } else {
      if (kind.equals("McpPolicy")) {
        list(property(spec, "hide"), 1_000L, "string").setMaxLength(256L);
        list(property(spec, "tests"), 256L, "object");
      }
      if (kind.equals("McpServer")) {
        boundSelector(
            property(
                property(property(spec, "workloads").getItems().getSchema(), "target"),
                "selector"));
        boundLabels(property(property(spec, "docker"), "requiredLabels"), 16L);
      }
      keepUnknownKeys(spec);
    }
    return crd;
  }

  /** One to eight labels: none would select every pod. */
  private static void boundSelector(JSONSchemaProps selector) {
    boundLabels(property(selector, "matchLabels"), 8L);
  }

  private static void boundLabels(JSONSchemaProps labels, long max) {
    labels.setMinProperties(1L);
    labels.setMaxProperties(max);
    JSONSchemaProps value = labels.getAdditionalProperties().getSchema();
    value.setMaxLength(63L);
    value.setPattern("^([A-Za-z0-9]([-_.A-Za-z0-9]*[A-Za-z0-9])?)?$");
  }

  /** Makes a list of a field that is any JSON in Java, and returns the schema of its elements. */
  private static JSONSchemaProps list(JSONSchemaProps schema, long max, String type) {
    JSONSchemaProps element = new JSONSchemaProps();
    element.setType(type);
    schema.setXKubernetesPreserveUnknownFields(null);
    schema.setType("array");
    schema.setMaxItems(max);
    schema.setItems(new JSONSchemaPropsOrArray(List.of(), element));
    return element;
  }

  /** On every level, so that the webhook sees a misspelt key wherever it stands. */
  private static void keepUnknownKeys(JSONSchemaProps schema) {
    if (schema.getXKubernetesPreserveUnknownFields() != null && schema.getType() == null) {
      schema.setType("object"); // a policy's tools: open, but an object
    }
    if ("object".equals(schema.getType()) && schema.getAdditionalProperties() == null) {
      schema.setXKubernetesPreserveUnknownFields(true);
    }
    children(schema).forEach(CrdYaml::keepUnknownKeys);
  }

  private static void dropRepeatedRules(JSONSchemaProps schema) {
    if (schema.getXKubernetesValidations() != null) {
      schema.setXKubernetesValidations(
          new ArrayList<>(new LinkedHashSet<>(schema.getXKubernetesValidations())));
    }
    children(schema).forEach(CrdYaml::dropRepeatedRules);
  }

  static JSONSchemaProps property(JSONSchemaProps schema, String name) {
    return Objects.requireNonNull(schema.getProperties().get(name), name);
  }

  static Stream<JSONSchemaProps> children(JSONSchemaProps schema) {
    return Stream.concat(
        schema.getProperties() == null ? Stream.of() : schema.getProperties().values().stream(),
        schema.getItems() == null ? Stream.of() : Stream.of(schema.getItems().getSchema()));
  }

  /** As the class states them, not by path. */
  private static void orderColumns(CustomResourceDefinitionVersion version, String kind) {
    List<String> order =
        KINDS.stream()
            .filter(type -> type.getSimpleName().equals(kind))
            .flatMap(type -> Stream.of(type.getAnnotationsByType(AdditionalPrinterColumn.class)))
            .map(AdditionalPrinterColumn::name)
            .toList();
    List<CustomResourceColumnDefinition> columns =
        new ArrayList<>(version.getAdditionalPrinterColumns());
    columns.sort(Comparator.comparingInt(column -> order.indexOf(column.getName())));
    version.setAdditionalPrinterColumns(columns);
  }
}
