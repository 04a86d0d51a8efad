// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.api.v1alpha1;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Keys that a spec has and its schema does not. The API server keeps such keys (the schemas say
 * so), because one that it prunes is gone before any webhook sees it: a misspelt key would silently
 * weaken what was written (T120). What is allowed is read from the CRD YAML alone.
 *
 * <p>What lies under a field without stated properties (a policy's {@code tools}) is not looked at.
 * Any thread may call.
 */
public final class UnknownKeys {
  /** Nobody reads a list that is longer. */
  private static final int PROBLEMS_MAX = 64;

  private static final KubernetesSerialization SERIALIZATION = new KubernetesSerialization();
  private static final Map<String, JSONSchemaProps> SPECS =
      Map.of(
          "McpServer", specOf("mcpservers"),
          "McpPolicy", specOf("mcppolicies"),
          "McpGrant", specOf("mcpgrants"));

  private UnknownKeys() {}

  /**
   * An unknown key.
   *
   * @param place path from the resource, e.g. {@code spec.workloads[0].modle}
   * @param message what is wrong and what is allowed, without the place
   */
  public record UnknownKey(String place, String message) {
    @Override
    public String toString() {
      return place + ": " + message;
    }
  }

  /** The unknown keys of a resource, in document order, at most 64; none for another kind. */
  public static List<UnknownKey> of(HasMetadata resource) {
    return of(resource.getKind(), SERIALIZATION.convertValue(resource, JsonNode.class));
  }

  /**
   * The unknown keys of a resource, in document order, at most 64; none for another kind.
   *
   * @param resource the whole object
   */
  public static List<UnknownKey> of(String kind, JsonNode resource) {
    JSONSchemaProps schema = SPECS.get(kind);
    JsonNode spec = resource.get("spec");
    List<UnknownKey> found = new ArrayList<>();
    if (schema != null && spec != null) {
      find("spec", schema, spec, found);
    }
    return List.copyOf(found);
  }

  private static void find(
      String place, JSONSchemaProps schema, JsonNode value, List<UnknownKey> found) {
    Map<String, JSONSchemaProps> known = schema.getProperties();
    if (value.isObject() && known != null && !known.isEmpty()) {
      for (Map.Entry<String, JsonNode> entry : value.properties()) {
        JSONSchemaProps property = known.get(entry.getKey());
        String where = place + "." + bounded(entry.getKey());
        if (property != null) {
          find(where, property, entry.getValue(), found);
        } else if (found.size() < PROBLEMS_MAX) {
          found.add(new UnknownKey(where, message(entry.getKey(), known)));
        }
      }
    } else if (value.isArray() && schema.getItems() != null) {
      for (int i = 0; i < value.size(); i++) {
        find(place + "[" + i + "]", schema.getItems().getSchema(), value.get(i), found);
      }
    }
  }

  private static String message(String key, Map<String, JSONSchemaProps> known) {
    return "unknown key `"
        + bounded(key)
        + "`; allowed are "
        + String.join(", ", new TreeSet<>(known.keySet()))
        + nearest(key, known).map(near -> " (did you mean `" + near + "`?)").orElse("");
  }

  private static Optional<String> nearest(String key, Map<String, JSONSchemaProps> known) {
    if (key.length() > 64) {
      return Optional.empty();
    }
    String wanted = plain(key);
    Optional<String> best = Optional.empty();
    int distanceMax = Math.min(2, wanted.length() / 3) + 1;
    for (String candidate : new TreeSet<>(known.keySet())) {
      int distance = distance(wanted, plain(candidate));
      if (distance < distanceMax) {
        distanceMax = distance;
        best = Optional.of(candidate);
      }
    }
    return best;
  }

  private static String plain(String key) {
    return key.toLowerCase(Locale.ROOT).replaceAll("[-_]", "");
  }

  /** Edits, a swap of neighbours being one. */
  private static int distance(String a, String b) {
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          d[i][j] = i + j;
          continue;
        }
        boolean same = a.charAt(i - 1) == b.charAt(j - 1);
        d[i][j] =
            Math.min(Math.min(d[i - 1][j], d[i][j - 1]) + 1, d[i - 1][j - 1] + (same ? 0 : 1));
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
        }
      }
    }
    return d[a.length()][b.length()];
  }

  private static String bounded(String key) {
    return key.length() <= 64 ? key : key.substring(0, 63) + "…";
  }

  private static JSONSchemaProps specOf(String plural) {
    String path = "/crds/" + plural + "." + Api.GROUP + ".yaml";
    try (InputStream yaml = UnknownKeys.class.getResourceAsStream(path)) {
      if (yaml == null) {
        throw new IllegalStateException(path + " is missing from the jar");
      }
      CustomResourceDefinition crd = SERIALIZATION.unmarshal(yaml, CustomResourceDefinition.class);
      JSONSchemaProps root =
          crd.getSpec().getVersions().getFirst().getSchema().getOpenAPIV3Schema();
      return Objects.requireNonNull(root.getProperties().get("spec"), path);
    } catch (IOException e) {
      throw new UncheckedIOException(path, e);
    }
  }

  static Map<String, Object> kept(@Nullable Map<String, Object> unknown) {
    return unknown == null
        ? Map.of()
        : Collections.unmodifiableMap(new LinkedHashMap<>(unknown)); // JSON null is a value here
  }
}
