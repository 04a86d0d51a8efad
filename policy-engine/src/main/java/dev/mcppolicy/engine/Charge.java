// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

/**
 * What one limit takes from its counter when a call passes. The window is chosen when the call is
 * decided and stays with the charge.
 *
 * @param max the limit's own maximum; limits that share a counter may differ in it
 * @param cost units taken, 1 or more
 * @param rule the limit, as a JSON Pointer (RFC 6901) into the canonical form of the document
 */
public record Charge(
    CounterKey counter, FixedWindow window, long max, long cost, PolicyId policy, String rule) {}
