// SPDX-License-Identifier: Apache-2.0
@NullMarked
package dev.mcppolicy.json;

import org.jspecify.annotations.NullMarked;
