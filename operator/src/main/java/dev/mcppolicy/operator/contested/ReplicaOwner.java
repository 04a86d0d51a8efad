// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.contested;

import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A manager that owns {@code spec.replicas} of an object, as its managed fields say.
 *
 * @param since when it last wrote anything of the object, in whole seconds
 */
record ReplicaOwner(String manager, Instant since) {

  /** There are several when they have applied the same number. */
  static List<ReplicaOwner> of(ObjectMeta meta) {
    return entries(meta)
        .filter(ReplicaOwner::holdsReplicas)
        .map(entry -> new ReplicaOwner(manager(entry), time(entry)))
        .toList();
  }

  /**
   * Managers that apply the replicas, should they be tools that apply. One that applies on the
   * server's side owns what it applies. One that does so on the client's side may own less, and, as
   * the creator, more.
   */
  static List<ReplicaOwner> appliers(ObjectMeta meta) {
    boolean mayBeSet = ClientSideApply.mayHaveSetReplicas(meta);
    Set<String> onTheServer =
        entries(meta)
            .filter(ReplicaOwner::isApplied)
            .map(ReplicaOwner::manager)
            .collect(Collectors.toSet());
    return entries(meta)
        .filter(
            entry ->
                isApplied(entry)
                    ? holdsReplicas(entry)
                    : mayBeSet
                        && !isStatus(entry)
                        && (holdsReplicas(entry) || !onTheServer.contains(manager(entry))))
        .map(entry -> new ReplicaOwner(manager(entry), time(entry)))
        .toList();
  }

  /** When a manager last wrote anything but the status; empty when it owns nothing. */
  static Optional<Instant> lastWrite(ObjectMeta meta, String manager) {
    return entries(meta)
        .filter(entry -> manager(entry).equals(manager))
        .filter(entry -> !isStatus(entry))
        .map(ReplicaOwner::time)
        .max(Comparator.naturalOrder());
  }

  private static Stream<ManagedFieldsEntry> entries(ObjectMeta meta) {
    return meta.getManagedFields() == null ? Stream.empty() : meta.getManagedFields().stream();
  }

  private static boolean isApplied(ManagedFieldsEntry entry) {
    return "Apply".equals(entry.getOperation());
  }

  private static boolean isStatus(ManagedFieldsEntry entry) {
    return "status".equals(entry.getSubresource());
  }

  private static boolean holdsReplicas(ManagedFieldsEntry entry) {
    return entry.getFieldsV1() != null
        && entry.getFieldsV1().getAdditionalProperties().get("f:spec") instanceof Map<?, ?> spec
        && spec.containsKey("f:replicas");
  }

  private static String manager(ManagedFieldsEntry entry) {
    return entry.getManager() == null ? "" : entry.getManager();
  }

  private static Instant time(ManagedFieldsEntry entry) {
    try {
      return entry.getTime() == null ? Instant.EPOCH : Instant.parse(entry.getTime());
    } catch (DateTimeParseException e) {
      return Instant.EPOCH;
    }
  }
}
