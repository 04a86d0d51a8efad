// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.document;

/**
 * What a rule is about and a call asks for.
 *
 * @param name the tool's name, the resource's URI or the prompt's name, exactly as written
 */
public record Subject(Kind kind, String name) {

  public enum Kind {
    TOOL("tools", "tool"),
    RESOURCE("resources", "resource"),
    PROMPT("prompts", "prompt");

    private final String key;
    private final String word;

    Kind(String key, String word) {
      this.key = key;
      this.word = word;
    }

    /** The key of a document under which such rules stand. */
    public String key() {
      return key;
    }

    /** One of them, for messages. */
    public String word() {
      return word;
    }
  }

  public static Subject tool(String name) {
    return new Subject(Kind.TOOL, name);
  }
}
