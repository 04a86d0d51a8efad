// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

import dev.mcppolicy.engine.document.Subject;

/** Writes JSON Pointers into a document (RFC 6901). */
final class Pointer {
  private Pointer() {}

  static String escaped(String token) {
    return token.replace("~", "~0").replace("/", "~1");
  }

  /** The rule that names the subject. */
  static String rule(Subject subject) {
    return "/" + subject.kind().key() + "/" + escaped(subject.name());
  }

  /** What holds for those of a kind that no rule names. */
  static String defaultOf(Subject.Kind kind) {
    return switch (kind) {
      case TOOL -> "/default";
      case RESOURCE, PROMPT -> "/" + kind.key() + "/default";
    };
  }
}
