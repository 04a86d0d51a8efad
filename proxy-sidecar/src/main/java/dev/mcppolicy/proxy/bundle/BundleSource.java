// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.bundle;

/** Where bundles come from. */
public interface BundleSource extends AutoCloseable {

  /**
   * Begins to offer bundles, now and whenever there is another one, and to withdraw the last when
   * it is deleted, from one thread at a time. Called once. What the receiver answers is
   * acknowledged where the operator can see it.
   */
  void start(BundleReceiver receiver);

  /** Ends the offers. What is active stays so. */
  @Override
  void close();
}
