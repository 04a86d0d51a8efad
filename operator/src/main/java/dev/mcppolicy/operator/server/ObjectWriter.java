// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.server;

import dev.mcppolicy.api.v1alpha1.McpServer;
import dev.mcppolicy.operator.watch.Watched;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.SSABasedGenericKubernetesResourceMatcher;
import java.util.Objects;
import java.util.Optional;

/**
 * Brings an object to what it shall be: nothing is written when it is so already, and an object
 * that belongs to somebody else is left alone.
 */
final class ObjectWriter {
  /** Owns the fields that the operator writes by server-side apply. */
  static final String FIELD_MANAGER = "mcp-policy-operator";

  private final KubernetesClient client;

  ObjectWriter(KubernetesClient client) {
    this.client = client;
  }

  /**
   * Makes or corrects an object.
   *
   * @return what stands in the way, for a person; empty when the object is as wanted
   */
  <T extends HasMetadata> Optional<String> ensure(
      McpServer server, Watched<T> watched, T wanted, Context<McpServer> context) {
    Optional<T> there = there(watched, wanted);
    if (there.isPresent()) {
      if (!isOwned(server, there.get())) {
        return Optional.of(foreign(there.get()));
      }
      if (SSABasedGenericKubernetesResourceMatcher.<T>getInstance()
          .matches(there.get(), wanted, context)) {
        return Optional.empty();
      }
    }
    apply(wanted);
    return Optional.empty();
  }

  /**
   * Makes an object whose content is not ours, if it is not there.
   *
   * @return what stands in the way, for a person; empty when the object is there
   */
  <T extends HasMetadata> Optional<String> ensureThere(
      McpServer server, Watched<T> watched, T wanted) {
    Optional<T> there = there(watched, wanted);
    if (there.isEmpty()) {
      apply(wanted);
      return Optional.empty();
    }
    return there.filter(object -> !isOwned(server, object)).map(ObjectWriter::foreign);
  }

  /** Deletes an object of the server if it is there. */
  <T extends HasMetadata> void remove(McpServer server, Watched<T> watched, String name) {
    watched
        .find(server.getMetadata().getNamespace(), name)
        .filter(object -> isOwned(server, object))
        .filter(object -> object.getMetadata().getDeletionTimestamp() == null)
        .ifPresent(object -> client.resource(object).delete());
  }

  /** The object as it is; asked of the API server when it is not known, e.g. without our label. */
  <T extends HasMetadata> Optional<T> there(Watched<T> watched, T wanted) {
    Optional<T> known =
        watched.find(wanted.getMetadata().getNamespace(), wanted.getMetadata().getName());
    return known.isPresent() ? known : Optional.ofNullable(client.resource(wanted).get());
  }

  <T extends HasMetadata> T apply(T wanted) {
    return client.resource(wanted).fieldManager(FIELD_MANAGER).forceConflicts().serverSideApply();
  }

  /** Whether an object was made for this very server, not for one of its name that is gone. */
  static boolean isOwned(McpServer server, HasMetadata object) {
    return object.getMetadata().getOwnerReferences().stream()
        .anyMatch(owner -> Objects.equals(owner.getUid(), server.getMetadata().getUid()));
  }

  static String foreign(HasMetadata object) {
    return object.getKind()
        + " `"
        + object.getMetadata().getName()
        + "` exists and is not owned by this McpServer; delete or rename it";
  }
}
