// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

import java.util.Optional;

/**
 * What became of one test of a document.
 *
 * @param place in the document, e.g. {@code tests[3]}
 * @param expected the decision that its author expects, in words
 * @param actual the decision that it got, in words
 */
public record TestResult(
    String place, Optional<String> name, boolean passed, String expected, String actual) {}
