// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.http;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;

/** The open connections of one listener, in total and by address. Safe for use by many threads. */
final class ConnectionCount {
  private final int totalMax;
  private final int perAddressMax;
  private final Map<InetAddress, Integer> byAddress = new HashMap<>();
  private int total;

  ConnectionCount(int totalMax, int perAddressMax) {
    this.totalMax = totalMax;
    this.perAddressMax = perAddressMax;
  }

  /** Whether there was room; each true is followed by one {@link #remove}. */
  synchronized boolean add(InetAddress address) {
    int ofAddress = byAddress.getOrDefault(address, 0);
    if (total >= totalMax || ofAddress >= perAddressMax) {
      return false;
    }
    total++;
    byAddress.put(address, ofAddress + 1);
    return true;
  }

  synchronized void remove(InetAddress address) {
    total--;
    byAddress.computeIfPresent(address, (_, count) -> count == 1 ? null : count - 1);
  }

  synchronized int total() {
    return total;
  }
}
