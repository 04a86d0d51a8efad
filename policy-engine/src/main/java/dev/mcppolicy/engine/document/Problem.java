// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.document;

/**
 * One thing wrong with a document.
 *
 * @param path the place, e.g. {@code tools.stop_vllm.limits[0].window}; empty for the document as a
 *     whole
 * @param message what was found and what is allowed; one line of bounded length, in which nothing
 *     of the document stands unescaped
 */
public record Problem(String path, String message) {

  /** Place and message in one line, as shown to a person. */
  public String text() {
    return path.isEmpty() ? message : path + ": " + message;
  }
}
