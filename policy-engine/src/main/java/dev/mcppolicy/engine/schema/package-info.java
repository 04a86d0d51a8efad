// SPDX-License-Identifier: Apache-2.0
/**
 * Arguments against the JSON Schema that a tool declares for them.
 *
 * <p>Schemas come from the guarded server and arguments from its callers, so nothing of either is
 * trusted to be small: a schema is compiled within bounds or is unusable, a check ends within a
 * number of steps, and nothing is ever fetched.
 *
 * @see <a href="https://json-schema.org/draft/2020-12">JSON Schema, draft 2020-12</a>
 */
@NullMarked
package dev.mcppolicy.engine.schema;

import org.jspecify.annotations.NullMarked;
