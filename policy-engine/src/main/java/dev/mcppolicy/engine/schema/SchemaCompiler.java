// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.schema;

import dev.mcppolicy.engine.document.Wording;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonBoolean;
import dev.mcppolicy.json.JsonValue.JsonNull;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.json.JsonValue.JsonString;
import java.util.ArrayDeque;
import java.util.IdentityHashMap;

/**
 * Compiles what can be reached from a schema's root, one schema after the other, so that neither
 * nesting nor a chain of references takes stack. For one use.
 */
final class SchemaCompiler {
  /** Schemas inside a schema. */
  static final int SUBSCHEMAS_MAX = 4_096;

  /** Schemas in a row that apply to the same value. */
  static final int IN_PLACE_MAX = 64;

  private final JsonObject root;
  private final Dialect dialect;
  private final SchemaReferences references;
  private final IdentityHashMap<JsonObject, Subschema> compiled = new IdentityHashMap<>();
  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();

  private SchemaCompiler(JsonObject root) throws UnusableSchemaException {
    this.root = root;
    this.dialect =
        switch (root.get("$schema").orElse(JsonNull.NULL)) {
          case JsonString(String uri) ->
              Dialect.of(uri)
                  .orElseThrow(
                      () ->
                          new UnusableSchemaException(
                              "/$schema",
                              Wording.quoted(uri)
                                  + " is none of the drafts 04, 06, 07, 2019-09 and 2020-12"));
          case JsonValue _ when root.has("$schema") ->
              throw new UnusableSchemaException("/$schema", "is no text");
          case JsonValue _ -> Dialect.UNSTATED;
        };
    this.references = new SchemaReferences(root, dialect);
  }

  private record Waiting(JsonObject schema, Subschema slot, String place) {}

  static Subschema compile(JsonObject schema) throws UnusableSchemaException {
    return new SchemaCompiler(schema).all();
  }

  private Subschema all() throws UnusableSchemaException {
    var reader = new KeywordReader(this, dialect);
    Subschema first = later(root, "");
    for (Waiting next = waiting.poll(); next != null; next = waiting.poll()) {
      rejectUnsupported(next.schema(), next.place());
      next.slot().compiledTo(reader.keywords(next.schema(), next.place()));
    }
    InPlaceOrder.check(compiled.values());
    return first;
  }

  /** The compiled form of that schema, empty until its turn comes. */
  Subschema later(JsonValue schema, String place) throws UnusableSchemaException {
    return switch (schema) {
      case JsonBoolean(boolean allows) -> allows ? Subschema.ANYTHING : Subschema.NOTHING;
      case JsonObject object -> {
        Subschema known = compiled.get(object);
        if (known != null) {
          yield known;
        }
        if (compiled.size() == SUBSCHEMAS_MAX) {
          throw new UnusableSchemaException(
              "", "it holds more than " + SUBSCHEMAS_MAX + " schemas");
        }
        var slot = new Subschema();
        compiled.put(object, slot);
        waiting.add(new Waiting(object, slot, place));
        yield slot;
      }
      case JsonValue other ->
          throw new UnusableSchemaException(
              place, "is of type " + other.typeName() + " where a schema must stand");
    };
  }

  /** What a {@code $ref} at that place refers to. */
  Subschema referred(String reference, String place) throws UnusableSchemaException {
    return later(references.find(reference, place), place);
  }

  private void rejectUnsupported(JsonObject schema, String place) throws UnusableSchemaException {
    for (String keyword : new String[] {"$dynamicRef", "$recursiveRef", "$vocabulary"}) {
      if (schema.has(keyword)) {
        throw new UnusableSchemaException(place + "/" + keyword, "is not supported");
      }
    }
    if (references.isRoot(schema) || (schema.has("$ref") && dialect.refStandsAlone())) {
      return;
    }
    if (references.isResource(schema)) {
      throw new UnusableSchemaException(
          place + "/" + dialect.id(), "a schema inside a schema cannot have a name of its own");
    }
    if (schema.has("$schema") && !schema.get("$schema").equals(root.get("$schema"))) {
      throw new UnusableSchemaException(
          place + "/$schema", "a schema inside a schema cannot be of another draft");
    }
  }
}
