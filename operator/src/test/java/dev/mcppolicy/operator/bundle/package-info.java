// SPDX-License-Identifier: Apache-2.0
@NullMarked
package dev.mcppolicy.operator.bundle;

import org.jspecify.annotations.NullMarked;
