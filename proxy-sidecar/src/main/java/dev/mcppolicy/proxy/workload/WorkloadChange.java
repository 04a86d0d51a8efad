// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.workload;

import dev.mcppolicy.bundle.Workload;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One change of a workload's object.
 *
 * @param namespace of the object; empty where there are none
 * @param uid of the object, as it was read before; may be empty
 * @param from how many replicas were wanted before; empty for a change that is none of replicas
 * @param to how many are wanted now
 * @param resourceVersion that was written; empty when it is not known whether it was written, and
 *     where there are none
 * @param engine that runs the container, as a path or a URL; empty in a cluster
 * @param isConfirmed whether it is known that it was written
 */
public record WorkloadChange(
    Workload workload,
    String namespace,
    String uid,
    Made made,
    OptionalInt from,
    OptionalInt to,
    Optional<String> resourceVersion,
    Optional<String> engine,
    boolean isConfirmed) {

  /** What was done, in the words of an Event. */
  public enum Made {
    SCALED_DOWN("ScaledDown", "Scale", "scaled"),
    SCALED_UP("ScaledUp", "Scale", "scaled"),
    STOPPED("Stopped", "Stop", "stopped"),
    STARTED("Started", "Start", "started"),
    RESTARTED("Restarted", "Restart", "restarted"),
    PAUSED("Paused", "Pause", "paused"),
    RELEASED("Released", "Release", "released"),
    REMOVED("Removed", "Remove", "removed"),
    DELETED("Deleted", "Delete", "deleted");

    private final String reason;
    private final String action;
    private final String verb;

    Made(String reason, String action, String verb) {
      this.reason = reason;
      this.action = action;
      this.verb = verb;
    }

    public String reason() {
      return reason;
    }

    public String action() {
      return action;
    }
  }

  /** A change that is none of replicas. */
  public static WorkloadChange other(
      Workload workload,
      String namespace,
      String uid,
      Made made,
      Optional<String> resourceVersion) {
    return new WorkloadChange(
        workload,
        namespace,
        uid,
        made,
        OptionalInt.empty(),
        OptionalInt.empty(),
        resourceVersion,
        Optional.empty(),
        resourceVersion.isPresent());
  }

  /**
   * A change of a container.
   *
   * @param engine as a path or a URL
   * @param id the whole one
   */
  public static WorkloadChange container(
      Workload workload, String engine, String id, Made made, boolean isConfirmed) {
    return new WorkloadChange(
        workload,
        "",
        id,
        made,
        OptionalInt.empty(),
        OptionalInt.empty(),
        Optional.empty(),
        Optional.of(engine),
        isConfirmed);
  }

  public static WorkloadChange scaled(
      Workload workload,
      String namespace,
      String uid,
      int from,
      int to,
      Optional<String> resourceVersion) {
    return new WorkloadChange(
        workload,
        namespace,
        uid,
        to < from ? Made.SCALED_DOWN : Made.SCALED_UP,
        OptionalInt.of(from),
        OptionalInt.of(to),
        resourceVersion,
        Optional.empty(),
        resourceVersion.isPresent());
  }

  /** For people, such as {@code scaled 2 -> 0}. */
  public String display() {
    String did = isConfirmed ? made.verb : "may have " + made.verb;
    return from.isPresent() && to.isPresent()
        ? did + " " + from.getAsInt() + " -> " + to.getAsInt()
        : did;
  }
}
