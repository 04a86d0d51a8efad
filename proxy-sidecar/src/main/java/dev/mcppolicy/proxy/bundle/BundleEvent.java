// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.bundle;

import dev.mcppolicy.bundle.Bundle;

/** News from a {@link BundleSource}. */
public sealed interface BundleEvent {

  /**
   * A good bundle, newer than every one before.
   *
   * @param digest as {@link dev.mcppolicy.bundle.BundleReading.Accepted} has it
   */
  record Loaded(Bundle bundle, String digest) implements BundleEvent {}

  /**
   * A bundle came that must not be used, or it is gone; the last good one holds.
   *
   * @param why one bounded line without a secret
   */
  record Refused(String why) implements BundleEvent {}
}
