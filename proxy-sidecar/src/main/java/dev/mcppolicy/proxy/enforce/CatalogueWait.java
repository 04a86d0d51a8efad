// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.enforce;

import dev.mcppolicy.mcp.RpcError;
import dev.mcppolicy.proxy.enforce.Gate.Entered;
import dev.mcppolicy.proxy.enforce.Gate.Entry;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Goes on when the server is connected to and its tools are known, or will not be for now. The wait
 * is between steps 4 and 5 of the {@link Gate}, so whoever waited is let in anew by the policy that
 * then holds.
 */
final class CatalogueWait {
  private static final Logger LOG = LoggerFactory.getLogger(CatalogueWait.class);

  private final ToolCatalogueCache catalogue;
  private final GateSettings settings;

  CatalogueWait(ToolCatalogueCache catalogue, GateSettings settings) {
    this.catalogue = catalogue;
    this.settings = settings;
  }

  /**
   * @param again lets the message in anew
   * @param next goes on with it
   * @param answer takes the answer when it is not let in, or when going on breaks
   */
  void then(
      Entered entered, Supplier<Entry> again, Consumer<Entered> next, Consumer<Answer> answer) {
    if (catalogue.isSettled()) {
      next.accept(entered);
      return;
    }
    catalogue.whenSettled(
        entered.policy().mappedTools().isEmpty()
            ? settings.catalogueWait()
            : settings.catalogueWaitWithMappedTools(),
        () -> goOn(again, next, answer));
  }

  private static void goOn(Supplier<Entry> again, Consumer<Entered> next, Consumer<Answer> answer) {
    try {
      switch (again.get()) {
        case Entry.Open(Entered open) -> next.accept(open);
        case Entry.Closed(Answer closed) -> answer.accept(closed);
      }
    } catch (RuntimeException e) {
      LOG.error("a message that had waited for the MCP server broke", e);
      answer.accept(
          Answer.error(
              500,
              Optional.empty(),
              new RpcError(
                  RpcError.INTERNAL_ERROR, "the message broke inside the proxy; try again")));
    }
  }
}
