// SPDX-License-Identifier: Apache-2.0
/** What the API server asks before it stores a pod or one of our resources. */
@NullMarked
package dev.mcppolicy.operator.admission;

import org.jspecify.annotations.NullMarked;
