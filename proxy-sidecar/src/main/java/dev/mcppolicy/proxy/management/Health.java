// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.management;

import java.util.concurrent.CompletionStage;

/** The three questions of the kubelet. Asked on the management thread; never blocks. */
public interface Health {

  /** Whether the other containers of the pod may start. */
  boolean started();

  /** Whether calls are decided here. */
  boolean ready();

  /**
   * Whether the event loops answer, and nothing else: what the API server or the MCP server does
   * must not restart the proxy. Does not complete when one never answers.
   */
  CompletionStage<Boolean> live();
}
