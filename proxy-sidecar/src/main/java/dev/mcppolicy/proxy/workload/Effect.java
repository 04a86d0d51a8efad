// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.workload;

/** What became of a call, as far as it can be proven: this decides whether quota is kept. */
public enum Effect {
  /** Nothing was sent or tried: it was refused before, or there was nothing to do. */
  NOTHING_TRIED,
  /** It was tried, and provably changed nothing. */
  FAILED,
  /** It was carried out, or may have been. */
  DONE
}
