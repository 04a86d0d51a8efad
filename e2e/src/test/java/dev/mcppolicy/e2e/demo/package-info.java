// SPDX-License-Identifier: Apache-2.0
@NullMarked
package dev.mcppolicy.e2e.demo;

import org.jspecify.annotations.NullMarked;
