// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.bundle;

import java.util.Optional;

/**
 * Something that a container tool may act on.
 *
 * @param name what a caller may write as {@code container_name}
 * @param isDefault used when a caller names none
 * @param model the one model that {@code start_vllm} may ask for; empty when any may be named
 * @param safeguards what a stop of it has to respect
 */
public record Workload(
    String name, boolean isDefault, Target target, Optional<String> model, Safeguards safeguards) {

  /** One whose stop has nothing to respect. */
  public Workload(String name, boolean isDefault, Target target, Optional<String> model) {
    this(name, isDefault, target, model, Safeguards.NONE);
  }

  /** The object to scale, in the server's namespace. */
  public record Target(String apiVersion, String kind, String name) {}
}
