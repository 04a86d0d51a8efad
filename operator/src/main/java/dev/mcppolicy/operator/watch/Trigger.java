// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.watch;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.processing.event.Event;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.AbstractEventSource;
import java.util.Set;

/**
 * Starts a reconciliation at once, from any thread. Before the controller runs it does nothing:
 * then every object is reconciled anyway.
 */
public final class Trigger<P extends HasMetadata> extends AbstractEventSource<Void, P> {
  public Trigger() {
    super(Void.class, "trigger");
  }

  public void fire(String namespace, String name) {
    if (isRunning()) {
      getEventHandler().handleEvent(new Event(new ResourceID(name, namespace)));
    }
  }

  @Override
  public Set<Void> getSecondaryResources(P primary) {
    return Set.of();
  }
}
