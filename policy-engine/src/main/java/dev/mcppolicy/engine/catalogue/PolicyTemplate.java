// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.catalogue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** A policy for {@code vllm-mcp-server} to begin with. It names each of the server's tools. */
public enum PolicyTemplate {
  READ_ONLY("read-only", "look at the model server, change nothing"),
  OPERATIONS("operations", "look; stop, start and restart one model server, six times an hour"),
  APPROVAL_REQUIRED("approval-required", "look and use the model; a person agrees to the rest"),
  LOCKED("locked", "nothing may be called");

  private final String word;
  private final String summary;

  PolicyTemplate(String word, String summary) {
    this.word = word;
    this.summary = summary;
  }

  /** Its name, as written after {@code vllm:}. */
  public String word() {
    return word;
  }

  /** What an agent may do under it, in one line. */
  public String summary() {
    return summary;
  }

  public static Optional<PolicyTemplate> named(String word) {
    for (PolicyTemplate template : values()) {
      if (template.word.equals(word)) {
        return Optional.of(template);
      }
    }
    return Optional.empty();
  }

  /** The document: YAML with comments in plain words, and tests. Ends with a line's end. */
  public String text() {
    String resource = word + ".yaml";
    try (InputStream in = PolicyTemplate.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("the jar has no " + resource);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException broken) {
      throw new IllegalStateException("the jar's " + resource + " cannot be read", broken);
    }
  }
}
