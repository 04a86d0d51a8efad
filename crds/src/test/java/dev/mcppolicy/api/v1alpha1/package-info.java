// SPDX-License-Identifier: Apache-2.0
@NullMarked
package dev.mcppolicy.api.v1alpha1;

import org.jspecify.annotations.NullMarked;
