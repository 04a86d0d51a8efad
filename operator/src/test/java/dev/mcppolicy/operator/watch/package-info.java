// SPDX-License-Identifier: Apache-2.0
@NullMarked
package dev.mcppolicy.operator.watch;

import org.jspecify.annotations.NullMarked;
