// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.schema;

/**
 * The first thing wrong with the arguments of a call.
 *
 * @param path where: names joined by dots, elements as {@code [0]}; empty for the arguments as a
 *     whole. Names are the caller's, not escaped.
 * @param text what is wrong, to be said after the name of the place, e.g. {@code is of type string
 *     and must be integer}; one line of bounded length in which nothing foreign stands unescaped
 */
public record SchemaViolation(Kind kind, String path, String text) {

  /** The text of what is missing and always required. */
  public static final String REQUIRED = "is required";

  public enum Kind {
    /** The schema declares no such argument. */
    UNDECLARED,
    /** It is required and absent. */
    MISSING,
    /** It is there and does not fit. */
    WRONG
  }
}
