// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.docker;

import java.util.Map;

/**
 * What may be done with an engine's containers.
 *
 * @param engine for people: Docker or Podman
 * @param requiredLabels what a container must carry to be acted on, by key; an empty value stands
 *     for any
 * @param mayRemove whether a container may be removed when a caller asks for it
 * @param removeSetting for people: what allows that
 */
public record DockerSettings(
    String engine, Map<String, String> requiredLabels, boolean mayRemove, String removeSetting) {
  public DockerSettings {
    requiredLabels = Map.copyOf(requiredLabels);
  }
}
