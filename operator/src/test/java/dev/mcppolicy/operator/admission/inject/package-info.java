// SPDX-License-Identifier: Apache-2.0
@NullMarked
package dev.mcppolicy.operator.admission.inject;

import org.jspecify.annotations.NullMarked;
