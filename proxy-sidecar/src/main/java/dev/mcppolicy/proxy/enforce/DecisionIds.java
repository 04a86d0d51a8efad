// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.enforce;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicLong;

/** Names for decisions: unique over all proxies, in the order in which this one made them. */
final class DecisionIds {
  private final String prefix = HexFormat.of().toHexDigits(new SecureRandom().nextLong());
  private final AtomicLong count = new AtomicLong();

  String next() {
    return prefix + "-" + count.incrementAndGet();
  }
}
