// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.docker;

import java.nio.file.Path;
import java.util.Map;

/**
 * Which engine, and what may be done there.
 *
 * @param engine for people: Docker or Podman
 * @param socket of this machine
 * @param requiredLabels what a container must carry to be acted on, by key; an empty value stands
 *     for any
 * @param mayRemove whether a container may be removed when a caller asks for it
 */
public record DockerSettings(
    String engine, Path socket, Map<String, String> requiredLabels, boolean mayRemove) {
  public DockerSettings {
    requiredLabels = Map.copyOf(requiredLabels);
  }
}
