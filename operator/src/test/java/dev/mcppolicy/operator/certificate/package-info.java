// SPDX-License-Identifier: Apache-2.0
@NullMarked
package dev.mcppolicy.operator.certificate;

import org.jspecify.annotations.NullMarked;
