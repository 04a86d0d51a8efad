// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.kubernetes;

import java.time.Instant;

/**
 * What stops have taken of a budget and Kubernetes may not count yet.
 *
 * @param until when Kubernetes has surely counted it
 */
record BudgetSpending(long pods, Instant until) {}
