// SPDX-License-Identifier: Apache-2.0
@NullMarked
package dev.mcppolicy.testkit.cluster;

import org.jspecify.annotations.NullMarked;
