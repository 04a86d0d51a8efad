// SPDX-License-Identifier: Apache-2.0
/**
 * What becomes of a pod that belongs to an McpServer: a pure function from the pod as it was sent
 * to the pod with its sidecar, or to every reason why it is refused. No I/O.
 */
@NullMarked
package dev.mcppolicy.operator.admission.inject;

import org.jspecify.annotations.NullMarked;
