// SPDX-License-Identifier: Apache-2.0
/** What is probably not meant in a policy document that is right. */
@NullMarked
package dev.mcppolicy.engine.analysis;

import org.jspecify.annotations.NullMarked;
