// SPDX-License-Identifier: Apache-2.0
@NullMarked
package dev.mcppolicy.operator;

import org.jspecify.annotations.NullMarked;
