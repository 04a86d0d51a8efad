// SPDX-License-Identifier: Apache-2.0
/**
 * Strict JSON: one reader that accepts only what every later parser reads the same way, one
 * immutable value, one writer whose output is a single line of ASCII.
 *
 * <p>Bytes of a caller are read once, decided on as a {@link dev.mcppolicy.json.JsonValue}, and
 * written anew. Nothing that was not read is ever sent on.
 */
@NullMarked
package dev.mcppolicy.json;

import org.jspecify.annotations.NullMarked;
