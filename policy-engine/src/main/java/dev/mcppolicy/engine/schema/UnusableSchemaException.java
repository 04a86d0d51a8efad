// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.schema;

import dev.mcppolicy.engine.document.Wording;

/** A schema that arguments cannot be checked with. The message is the one of the reading. */
final class UnusableSchemaException extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * @param place JSON Pointer into the schema; empty for the whole
   */
  UnusableSchemaException(String place, String why) {
    // schemas are not trusted: no stack trace to pay for
    super(place.isEmpty() ? why : Wording.quoted(place) + ": " + why, null, false, false);
  }

  String why() {
    return String.valueOf(getMessage());
  }
}
