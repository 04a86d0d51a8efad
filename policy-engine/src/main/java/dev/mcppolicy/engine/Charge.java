// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

import dev.mcppolicy.engine.document.ChargedOn;

/**
 * What one limit takes from its counter when a call passes. The window is chosen when the call is
 * decided and stays with the charge.
 *
 * @param window the one that the units are added to
 * @param windowsBefore how many windows of the same length right before it count too: 0 for a fixed
 *     window; a sliding one is cut into windows that expire one by one
 * @param max the limit's own maximum; limits that share a counter may differ in it
 * @param cost units taken, 0 or more
 * @param isEnforced false under {@code mode: audit}: counted, and never a reason to refuse
 * @param rule the limit, as a JSON Pointer (RFC 6901) into the canonical form of the document
 */
public record Charge(
    CounterKey counter,
    FixedWindow window,
    int windowsBefore,
    long max,
    long cost,
    boolean isEnforced,
    ChargedOn chargedOn,
    PolicyId policy,
    String rule) {}
