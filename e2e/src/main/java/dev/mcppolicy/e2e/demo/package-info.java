// SPDX-License-Identifier: Apache-2.0
/** What ./demo runs. */
@NullMarked
package dev.mcppolicy.e2e.demo;

import org.jspecify.annotations.NullMarked;
