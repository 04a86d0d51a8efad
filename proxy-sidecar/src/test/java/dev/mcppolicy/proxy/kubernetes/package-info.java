// SPDX-License-Identifier: Apache-2.0
@NullMarked
package dev.mcppolicy.proxy.kubernetes;

import org.jspecify.annotations.NullMarked;
