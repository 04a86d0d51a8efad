// SPDX-License-Identifier: Apache-2.0
/** Container tools carried out on declared workloads, and nothing else. */
@NullMarked
package dev.mcppolicy.proxy.workload;

import org.jspecify.annotations.NullMarked;
