// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.bundle;

import java.util.List;

/**
 * The keys of session ids.
 *
 * @param newestFirst the first seals, all open; 1 to 4
 */
public record SessionKeys(List<SessionKey> newestFirst) {
  static final int KEYS_MAX = 4;

  public SessionKeys {
    newestFirst = List.copyOf(newestFirst);
    if (newestFirst.isEmpty() || newestFirst.size() > KEYS_MAX) {
      throw new IllegalArgumentException("1 to 4 session keys, not " + newestFirst.size());
    }
  }
}
