// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpResponse;

/** One request to an HTTP server and what is done with its response. Called on one event loop. */
interface HttpPost {

  /** The request to write; asked for once, when a connection is at hand. */
  FullHttpRequest request();

  /**
   * A connection is about to write the request.
   *
   * @param abort closes that connection
   * @return false when nothing waits for it any more; nothing is written then
   */
  boolean begin(Runnable abort);

  /** The head of the response; the response is final. */
  void head(HttpResponse response);

  /** A part of the body; the buffer stays the caller's. */
  void content(ByteBuf part);

  /** The response is complete. */
  void end();

  /** There was no connection, and nothing was written. */
  void notConnected(String why);

  /** The connection ended before the response was complete. */
  void lost(String why);
}
