// SPDX-License-Identifier: Apache-2.0
/** The policy document: its text, the checks on it with every problem at once, its values. */
@NullMarked
package dev.mcppolicy.engine.document;

import org.jspecify.annotations.NullMarked;
