// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.upstream;

import java.time.Duration;

/**
 * The bounds of an {@link HttpUpstream}.
 *
 * @param connectTimeout of one connection, TLS included
 * @param initializeTimeout how long {@code initialize} may take
 * @param answerBytesMax longest JSON answer, and longest event of a stream
 * @param pendingMax requests without an answer at one time; further ones fail unsent
 * @param connectionsPerLoopMax connections of each event loop; further requests wait for one
 * @param idle after this a connection without a request is closed
 * @param backOff waits between attempts to initialize
 */
public record HttpUpstreamSettings(
    Duration connectTimeout,
    Duration initializeTimeout,
    int answerBytesMax,
    int pendingMax,
    int connectionsPerLoopMax,
    Duration idle,
    BackOff.Settings backOff) {

  /** For one server beside the proxy. */
  public static final HttpUpstreamSettings DEFAULT =
      new HttpUpstreamSettings(
          Duration.ofSeconds(5),
          Duration.ofSeconds(30),
          16 << 20,
          1024,
          128,
          Duration.ofSeconds(20),
          BackOff.Settings.DEFAULT);
}
