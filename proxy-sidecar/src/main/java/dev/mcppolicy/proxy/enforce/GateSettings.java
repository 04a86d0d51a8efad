// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.enforce;

import java.time.Duration;

/**
 * How a gate works.
 *
 * @param serverName what clients see as the server's name
 * @param version of this product
 * @param callTimeout for the guarded server to answer one call, whatever it reports meanwhile
 * @param catalogueWait how long a call waits while the server's tools are being loaded
 * @param workloadTimeout for one container tool
 * @param workloadCallsMax container tools at the same time
 */
public record GateSettings(
    String serverName,
    String version,
    Duration callTimeout,
    Duration catalogueWait,
    Duration workloadTimeout,
    int workloadCallsMax) {

  private static final Duration MAPPED_WAIT_MAX = Duration.ofSeconds(2);

  /** Where tools are mapped, what is mapped is of use at once, even while the server is dead. */
  Duration catalogueWaitWithMappedTools() {
    return catalogueWait.compareTo(MAPPED_WAIT_MAX) < 0 ? catalogueWait : MAPPED_WAIT_MAX;
  }

  /** Five minutes for a call, 15 seconds for the catalogue, 16 container tools of 50 seconds. */
  public static GateSettings of(String serverName, String version) {
    return new GateSettings(
        serverName,
        version,
        Duration.ofMinutes(5),
        Duration.ofSeconds(15),
        Duration.ofSeconds(50),
        16);
  }
}
