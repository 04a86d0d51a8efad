// SPDX-License-Identifier: Apache-2.0
@NullMarked
package dev.mcppolicy.operator.admission;

import org.jspecify.annotations.NullMarked;
