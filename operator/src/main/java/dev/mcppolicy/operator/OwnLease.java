// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lease of the replica that reconciles, as one candidate holds it. The framework's election
 * lets it run out, which leaves the others waiting for 15 s; this gives it back.
 *
 * @param holder who this candidate is, unlike every other
 */
record OwnLease(KubernetesClient kubernetes, String namespace, String name, String holder) {
  private static final Logger LOG = LoggerFactory.getLogger(OwnLease.class);

  static OwnLease of(KubernetesClient kubernetes, String namespace, String name) {
    return new OwnLease(kubernetes, namespace, name, UUID.randomUUID().toString());
  }

  /** Gives the lease back if it is held; to be called when nothing is reconciled any more. */
  void release() {
    try {
      Lease lease = kubernetes.leases().inNamespace(namespace).withName(name).get();
      if (lease == null || !holder.equals(lease.getSpec().getHolderIdentity())) {
        return;
      }
      kubernetes
          .resource(
              new LeaseBuilder(lease)
                  .editSpec()
                  .withHolderIdentity("")
                  .withLeaseDurationSeconds(1)
                  .endSpec()
                  .build())
          .update(); // of this very version: whoever took it meanwhile keeps it
    } catch (KubernetesClientException failure) { // then it runs out
      LOG.warn("the lease {}/{} could not be given back", namespace, name, failure);
    }
  }
}
