// SPDX-License-Identifier: Apache-2.0
@NullMarked
package dev.mcppolicy.mcp;

import org.jspecify.annotations.NullMarked;
