// SPDX-License-Identifier: Apache-2.0
@NullMarked
package dev.mcppolicy.engine.catalogue;

import org.jspecify.annotations.NullMarked;
