// SPDX-License-Identifier: Apache-2.0
@NullMarked
package dev.mcppolicy.operator.grant;

import org.jspecify.annotations.NullMarked;
