// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.contested;

import dev.mcppolicy.bundle.Workload;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What one look at a workload leaves for the next. Managed fields alone forget: whoever scales by
 * hand takes the replicas from the tool that applies them, until that tool comes by again.
 *
 * @param held the tools that apply the replicas
 * @param stopped when a sidecar last stopped it, as the McpServerState says
 * @param rests whether it was at zero, as a sidecar had put it
 * @param undoneBy the manager that brought replicas back after a stop
 */
record Memory(
    List<Held> held, Optional<Instant> stopped, boolean rests, Optional<String> undoneBy) {

  Memory {
    held = List.copyOf(held);
  }

  /**
   * A tool and its last write: while that is its last one, it has not let go of the replicas.
   *
   * @param manager the tool's name in the managed fields
   */
  record Held(Tool tool, String manager, Instant lastWrite) {}

  static Memory of(
      ObjectMeta meta, int replicas, Optional<Instant> stopped, Optional<Memory> before) {
    List<ReplicaOwner> owners = ReplicaOwner.of(meta);
    boolean rests =
        replicas == 0
            && stopped.isPresent()
            // the API server names no owner of a zero that was set by /scale
            && owners.stream().allMatch(owner -> owner.manager().equals(Workload.FIELD_MANAGER));
    return new Memory(
        held(meta, before.map(Memory::held).orElse(List.of())),
        stopped,
        rests,
        before.flatMap(last -> undoneBy(owners, replicas, stopped, last)));
  }

  /** All of them: one that has only left its name must not hide one that is at work. */
  private static List<Held> held(ObjectMeta meta, List<Held> before) {
    List<Held> now =
        ReplicaOwner.appliers(meta).stream()
            .flatMap(
                owner ->
                    Tool.of(owner.manager()).stream()
                        .map(tool -> new Held(tool, owner.manager(), owner.since())))
            .toList();
    Stream<Held> still =
        before.stream()
            .filter(held -> now.stream().noneMatch(n -> n.manager().equals(held.manager())))
            .filter(
                held ->
                    ReplicaOwner.lastWrite(meta, held.manager())
                        .equals(Optional.of(held.lastWrite())));
    return Stream.concat(now.stream(), still).toList();
  }

  private static Optional<String> undoneBy(
      List<ReplicaOwner> owners, int replicas, Optional<Instant> stopped, Memory before) {
    boolean stoppedSince = stopped.isPresent() && !stopped.equals(before.stopped);
    return owners.stream()
        .filter(owner -> Strangers.isStranger(owner.manager()))
        .filter(
            owner ->
                before.undoneBy.equals(Optional.of(owner.manager()))
                    || (replicas > 0
                        && (before.rests
                            || (stoppedSince && !owner.since().isBefore(stopped.get())))))
        .map(ReplicaOwner::manager)
        .findFirst();
  }
}
