// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.http;

import java.time.Duration;

/**
 * What one listener grants its peers before they are known.
 *
 * @param connectionsMax open connections in total
 * @param connectionsPerAddressMax open connections from one address
 * @param headBytesMax request line and headers together
 * @param headersMax header lines
 * @param headTime from the first byte of a request, or from the connection's start for its first,
 *     to the end of the headers
 * @param bodyBytesMax one body
 * @param bodiesBytesMax all bodies that are being read or worked on
 * @param bodyTime from the end of the headers to the end of the body
 * @param idleTime between two requests of a connection
 * @param writeTime for a peer to take an answer
 */
public record HttpLimits(
    int connectionsMax,
    int connectionsPerAddressMax,
    int headBytesMax,
    int headersMax,
    Duration headTime,
    int bodyBytesMax,
    long bodiesBytesMax,
    Duration bodyTime,
    Duration idleTime,
    Duration writeTime) {

  /** 1,024 connections, 256 of one address, 16 KiB of head, 4 MiB of body, 64 MiB of bodies. */
  public static final HttpLimits DEFAULT =
      new HttpLimits(
          1024,
          256,
          16 << 10,
          64,
          Duration.ofSeconds(10),
          4 << 20,
          64L << 20,
          Duration.ofSeconds(30),
          Duration.ofSeconds(75),
          Duration.ofSeconds(30));
}
