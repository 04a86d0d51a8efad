// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.bundle;

/** Takes the bundles that a source offers. */
public interface BundleReceiver {

  /**
   * Checks a bundle and makes it the active one, or keeps the one before. The same bundle may be
   * offered again and is then activated as it was. Blocking, up to a second; not for an event loop.
   *
   * @param content as it stands in the Secret: {@code bundle.json.gz}
   */
  Activation offer(byte[] content);

  /**
   * Denies every call from now on, because there provably is no bundle any more, until one is
   * offered and activated. Without effect before the first; may be called again.
   *
   * @param why one sentence part for agents, with what to do
   */
  void withdraw(String why);
}
