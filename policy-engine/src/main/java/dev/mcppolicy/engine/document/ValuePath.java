// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.document;

import java.util.List;

/** Where a condition, or the cost of a limit, finds its value. */
public sealed interface ValuePath {
  /** Parts of a path into the arguments. */
  int TOKENS_MAX = 16;

  /** Characters in one such part. */
  int TOKEN_CHARS_MAX = 256;

  /**
   * In the arguments: {@code args.a.b}, or the JSON Pointer (RFC 6901) {@code /a/b}.
   *
   * @param tokens 1 to 16 unescaped reference tokens of up to 256 characters; one that is an array
   *     index means an element where it meets a list
   */
  record Argument(List<String> tokens) implements ValuePath {
    public Argument {
      tokens = List.copyOf(tokens);
    }
  }

  record GrantName() implements ValuePath {}

  /**
   * {@code grant.labels.KEY}.
   *
   * @param key the rest of the path, with dots and slash
   */
  record GrantLabel(String key) implements ValuePath {}

  /** The declared workload that the call acts on; absent for calls that act on none. */
  record WorkloadName() implements ValuePath {}

  /** Its replicas as its spec asks for them when the call is decided. */
  record WorkloadReplicas() implements ValuePath {}
}
