// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.document;

import dev.mcppolicy.json.JsonValue;
import java.util.List;
import java.util.Optional;

/**
 * A file's text as a value, JSON or YAML, read as strictly as a policy document and before it is
 * known what it is: a policy, a manifest that holds one, a call.
 *
 * @param value empty when the text is neither, with a problem that says why; may be there beside
 *     problems, e.g. of a key that stands twice
 * @param problems what is wrong with the text, whatever it means
 */
public record DocumentText(Optional<JsonValue> value, List<Problem> problems) {
  public DocumentText {
    problems = List.copyOf(problems);
  }

  /** Reads a text as long as a policy may be. Never throws. */
  public static DocumentText read(String text) {
    return read(text, PolicyReader.DOCUMENT_BYTES_MAX);
  }

  /** Reads a text of at most that many bytes, such as a list of policies. Never throws. */
  public static DocumentText read(String text, int bytesMax) {
    var problems = new Problems();
    Optional<JsonValue> value =
        PolicyReader.value(text, bytesMax, PolicyReader.json(bytesMax), problems);
    return new DocumentText(value, problems.none() ? List.of() : problems.list());
  }
}
