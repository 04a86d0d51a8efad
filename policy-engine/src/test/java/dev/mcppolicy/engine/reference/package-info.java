// SPDX-License-Identifier: Apache-2.0

/**
 * The second opinion: what a decision must be, written down again from the specification in the
 * plainest way, and generated situations in which the engine is held against it. Nothing here uses
 * the engine's own code besides the values that go in and come out.
 */
@NullMarked
package dev.mcppolicy.engine.reference;

import org.jspecify.annotations.NullMarked;
