// SPDX-License-Identifier: Apache-2.0
@NullMarked
package dev.mcppolicy.cli;

import org.jspecify.annotations.NullMarked;
