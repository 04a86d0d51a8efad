// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.schema;

import dev.mcppolicy.engine.document.Wording;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonNull;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds what a {@code $ref} means, inside the schema alone: nothing is ever fetched. */
final class SchemaReferences {
  private static final int REFERENCE_CHARS_MAX = 1_000;

  /** Keywords whose value is a schema, or a list of them. */
  private static final List<String> SCHEMAS =
      List.of(
          "additionalItems",
          "additionalProperties",
          "allOf",
          "anyOf",
          "contains",
          "else",
          "if",
          "items",
          "not",
          "oneOf",
          "prefixItems",
          "propertyNames",
          "then",
          "unevaluatedItems",
          "unevaluatedProperties");

  /** Keywords whose value has schemas by name. */
  private static final List<String> SCHEMAS_BY_NAME =
      List.of(
          "$defs",
          "definitions",
          "dependencies",
          "dependentSchemas",
          "patternProperties",
          "properties");

  private final JsonObject root;
  private final Dialect dialect;
  private final String ownName;
  private @Nullable Map<String, JsonObject> anchors;

  SchemaReferences(JsonObject root, Dialect dialect) {
    this.root = root;
    this.dialect = dialect;
    String id = root.string(dialect.id()).orElse("");
    this.ownName = id.endsWith("#") ? id.substring(0, id.length() - 1) : id;
  }

  /** Whether a schema inside the root has a name of its own, so that references start there. */
  boolean isResource(JsonObject schema) {
    boolean hasAnchorsAsIds = !dialect.isSince(Dialect.DRAFT_2019_09);
    Optional<String> id = schema.string(dialect.id());
    return id.isPresent() && !(hasAnchorsAsIds && id.get().startsWith("#")) && !isRoot(schema);
  }

  @SuppressWarnings("ReferenceEquality") // one that looks the same elsewhere is not the root
  boolean isRoot(JsonObject schema) {
    return schema == root;
  }

  /**
   * @param place of the keyword, for messages
   */
  JsonValue find(String reference, String place) throws UnusableSchemaException {
    int hash = reference.indexOf('#');
    String document = hash < 0 ? reference : reference.substring(0, hash);
    if (reference.length() > REFERENCE_CHARS_MAX
        || !(document.isEmpty() || document.equals(ownName))) {
      throw new UnusableSchemaException(
          place,
          Wording.quoted(reference) + " is outside of this schema, and nothing else is ever read");
    }
    String fragment = decoded(hash < 0 ? "" : reference.substring(hash + 1));
    JsonValue found =
        fragment.isEmpty()
            ? root
            : fragment.startsWith("/") ? pointed(fragment) : anchors().get(fragment);
    if (found == null) {
      throw new UnusableSchemaException(
          place, Wording.quoted(reference) + " is not to be found in this schema");
    }
    return found;
  }

  /** RFC 6901; nothing when it leads nowhere or through a schema with a name of its own. */
  private @Nullable JsonValue pointed(String pointer) {
    @Nullable JsonValue at = root;
    for (String token : pointer.substring(1).split("/", -1)) {
      at =
          switch (at) {
            case JsonObject object when !isResource(object) ->
                object.members().get(token.replace("~1", "/").replace("~0", "~"));
            case JsonArray(List<JsonValue> elements) -> element(elements, token);
            case null, default -> null;
          };
    }
    return at;
  }

  private static @Nullable JsonValue element(List<JsonValue> elements, String token) {
    boolean isIndex = token.matches("0|[1-9][0-9]{0,8}");
    return isIndex && Integer.parseInt(token) < elements.size()
        ? elements.get(Integer.parseInt(token))
        : null;
  }

  private Map<String, JsonObject> anchors() throws UnusableSchemaException {
    if (anchors == null) {
      anchors = searched();
    }
    return anchors;
  }

  private Map<String, JsonObject> searched() throws UnusableSchemaException {
    var found = new HashMap<String, JsonObject>();
    var waiting = new ArrayDeque<JsonValue>();
    waiting.add(root);
    for (JsonValue next = waiting.poll(); next != null; next = waiting.poll()) {
      switch (next) {
        case JsonArray(List<JsonValue> elements) -> waiting.addAll(elements);
        case JsonObject schema when !isResource(schema) -> {
          for (String anchor : anchorsOf(schema)) {
            JsonObject other = found.put(anchor, schema);
            if (other != null) {
              throw new UnusableSchemaException(
                  "", "two schemas inside it are called " + Wording.quoted(anchor));
            }
          }
          SCHEMAS.forEach(keyword -> waiting.add(schema.get(keyword).orElse(JsonNull.NULL)));
          SCHEMAS_BY_NAME.forEach(
              keyword ->
                  schema
                      .object(keyword)
                      .ifPresent(named -> waiting.addAll(named.members().values())));
        }
        case JsonValue _ -> {}
      }
    }
    return found;
  }

  private Set<String> anchorsOf(JsonObject schema) {
    var names = new HashSet<String>();
    if (dialect.isSince(Dialect.DRAFT_2019_09)) {
      schema.string("$anchor").ifPresent(names::add);
      schema.string("$dynamicAnchor").ifPresent(names::add);
    } else {
      schema
          .string(dialect.id())
          .filter(id -> id.startsWith("#"))
          .ifPresent(id -> names.add(id.substring(1)));
    }
    return names;
  }

  /** Percent signs of a URI's fragment; one that stands for nothing is kept. */
  private static String decoded(String fragment) {
    if (fragment.indexOf('%') < 0) {
      return fragment;
    }
    byte[] bytes = fragment.getBytes(StandardCharsets.UTF_8);
    byte[] plain = new byte[bytes.length];
    int length = 0;
    for (int i = 0; i < bytes.length; i++) {
      int high = i + 2 < bytes.length ? Character.digit(bytes[i + 1], 16) : -1;
      int low = i + 2 < bytes.length ? Character.digit(bytes[i + 2], 16) : -1;
      if (bytes[i] == '%' && high >= 0 && low >= 0) {
        plain[length++] = (byte) (high * 16 + low);
        i += 2;
      } else {
        plain[length++] = bytes[i];
      }
    }
    return new String(plain, 0, length, StandardCharsets.UTF_8);
  }
}
