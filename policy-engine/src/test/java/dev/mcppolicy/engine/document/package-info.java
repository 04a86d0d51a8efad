// SPDX-License-Identifier: Apache-2.0
@NullMarked
package dev.mcppolicy.engine.document;

import org.jspecify.annotations.NullMarked;
