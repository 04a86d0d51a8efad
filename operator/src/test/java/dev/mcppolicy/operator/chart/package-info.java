// SPDX-License-Identifier: Apache-2.0
/** The Helm chart, rendered as users install it. */
@NullMarked
package dev.mcppolicy.operator.chart;

import org.jspecify.annotations.NullMarked;
