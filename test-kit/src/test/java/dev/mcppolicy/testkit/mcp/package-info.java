// SPDX-License-Identifier: Apache-2.0
@NullMarked
package dev.mcppolicy.testkit.mcp;

import org.jspecify.annotations.NullMarked;
