// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.bundle;

<<<<<<< HEAD
/** Where bundles come from. */
public interface BundleSource extends AutoCloseable {

  /**
   * Begins to offer bundles, now and whenever there is another one, from one thread at a time.
   * Called once. What the receiver answers is acknowledged where the operator can see it.
   */
  void start(BundleReceiver receiver);

  /** Ends the offers. What is active stays so. */
=======
import java.util.function.Consumer;

/** Where bundles come from. What was loaded holds until a newer one is: no contact is no change. */
public interface BundleSource extends AutoCloseable {

  /**
   * Begins to deliver bundles. Called once.
   *
   * @param listener called on one thread of the source, one event at a time, in order
   */
  void start(Consumer<BundleEvent> listener);

  /**
   * The data path decides by this bundle from now on. The source tells whoever published it; this
   * returns at once and never fails.
   */
  void activated(BundleEvent.Loaded bundle);

>>>>>>> b29d499 (Name what the data path works with)
  @Override
  void close();
}
