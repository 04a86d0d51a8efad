// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.schema;

import java.util.Optional;

/** The draft of JSON Schema that a schema is written in, oldest first. */
enum Dialect {
  DRAFT_4("json-schema.org/draft-04/schema"),
  DRAFT_6("json-schema.org/draft-06/schema"),
  DRAFT_7("json-schema.org/draft-07/schema"),
  DRAFT_2019_09("json-schema.org/draft/2019-09/schema"),
  DRAFT_2020_12("json-schema.org/draft/2020-12/schema"),
  /**
   * No {@code $schema}: read as 2020-12, which MCP says, and besides with what older drafts spell
   * in a way that can mean nothing else ({@code items} as a list, {@code exclusiveMinimum: true}).
   */
  UNSTATED("");

  private final String name;

  Dialect(String name) {
    this.name = name;
  }

  /** By the value of {@code $schema}; empty for a dialect that is none of these. */
  static Optional<Dialect> of(String uri) {
    String bare = uri.endsWith("#") ? uri.substring(0, uri.length() - 1) : uri;
    for (Dialect dialect : values()) {
      if (dialect != UNSTATED
          && (bare.equals("http://" + dialect.name) || bare.equals("https://" + dialect.name))) {
        return Optional.of(dialect);
      }
    }
    return Optional.empty();
  }

  /** Whether a keyword that came with {@code first} is one of this draft. */
  boolean isSince(Dialect first) {
    return compareTo(first) >= 0;
  }

  /** Whether everything beside a {@code $ref} is without effect. */
  boolean refStandsAlone() {
    return compareTo(DRAFT_7) <= 0;
  }

  /** Whether {@code items} may be a list, with {@code additionalItems} for the rest. */
  boolean hasListsOfItems() {
    return this != DRAFT_2020_12;
  }

  /** Whether {@code exclusiveMinimum} and {@code exclusiveMaximum} may be booleans. */
  boolean hasBooleanBounds() {
    return this == DRAFT_4 || this == UNSTATED;
  }

  boolean hasNumberBounds() {
    return this != DRAFT_4;
  }

  /** The keyword that names a schema. */
  String id() {
    return this == DRAFT_4 ? "id" : "$id";
  }
}
