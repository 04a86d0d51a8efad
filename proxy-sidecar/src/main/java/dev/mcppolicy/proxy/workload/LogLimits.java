// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.workload;

/**
 * How much of a log is wanted.
 *
 * @param lines the last ones, 1 or more
 * @param bytesMax of all text together; the oldest is left out first
 */
public record LogLimits(int lines, int bytesMax) {}
