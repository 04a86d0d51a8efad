// SPDX-License-Identifier: Apache-2.0
@NullMarked
package dev.mcppolicy.engine.schema;

import org.jspecify.annotations.NullMarked;
