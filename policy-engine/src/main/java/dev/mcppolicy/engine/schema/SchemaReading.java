// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.schema;

/** What became of a tool's schema when it was read. */
public sealed interface SchemaReading {

  record Usable(ArgumentSchema schema) implements SchemaReading {}

  /**
   * No argument can be checked with it.
   *
   * @param why the place in the schema and what cannot be used there: lower case, no final stop,
   *     one line of bounded length in which nothing of the schema stands unescaped
   */
  record Unusable(String why) implements SchemaReading {}

  /** The tool declares no schema. */
  record Absent() implements SchemaReading {}
}
