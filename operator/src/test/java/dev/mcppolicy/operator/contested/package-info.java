// SPDX-License-Identifier: Apache-2.0
@NullMarked
package dev.mcppolicy.operator.contested;

import org.jspecify.annotations.NullMarked;
