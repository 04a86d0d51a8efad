// SPDX-License-Identifier: Apache-2.0
/** Reading what people wrote, for the webhook and for the bundle compiler alike. */
@NullMarked
package dev.mcppolicy.operator.check;

import org.jspecify.annotations.NullMarked;
