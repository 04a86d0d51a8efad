// SPDX-License-Identifier: Apache-2.0
@NullMarked
package dev.mcppolicy.engine.analysis;

import org.jspecify.annotations.NullMarked;
