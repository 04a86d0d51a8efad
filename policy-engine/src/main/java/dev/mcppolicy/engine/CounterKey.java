// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

import java.util.List;

/**
 * The identity of a counter within one server. A policy's generation is no part of it, so a changed
 * {@code max} keeps what has been used; another name, window or scope is another counter.
 *
 * <p>The parts are separate values, never joined with a separator that a name could hold.
 *
 * @param window canonical name, such as {@code minute} or {@code 90s}
 * @param scopeValues one per scope, in a fixed order: {@code grant=NAME}, {@code server}
 */
public record CounterKey(
    String policyNamespace,
    String policyName,
    String counter,
    String window,
    List<String> scopeValues) {
  public CounterKey {
    scopeValues = List.copyOf(scopeValues);
  }
}
