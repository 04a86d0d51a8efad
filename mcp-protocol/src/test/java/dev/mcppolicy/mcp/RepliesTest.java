// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.mcp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.mcppolicy.json.JsonText;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class RepliesTest {
  @Test
  void aDenialIsAnErrorOfTheToolWithTheDecisionForMachines() {
    assertEquals(
        "{\"content\":[{\"type\":\"text\",\"text\":\"Denied\"}],\"isError\":true,"
            + "\"_meta\":{\"dev.mcppolicy/decision\":{\"reason\":\"NoPolicy\"}}}",
        JsonText.string(Replies.toolDenied("Denied", Texts.object("{\"reason\":\"NoPolicy\"}"))));
  }

  @Test
  void anErrorWithoutAnIdHasNone() {
    assertEquals(
        "{\"jsonrpc\":\"2.0\",\"error\":{\"code\":-32700,\"message\":\"m\"}}",
        JsonText.string(Replies.error(new RpcError(RpcError.PARSE_ERROR, "m"))));
    assertEquals(
        "{\"jsonrpc\":\"2.0\",\"id\":7,\"error\":{\"code\":-32602,\"message\":\"Unknown tool: a?b\"}}",
        JsonText.string(Replies.error(RequestId.of(7), Replies.unknownTool("a\u202eb"))));
  }

  @Test
  void aFilteredListKeepsOrderAndEveryOtherMember() {
    ToolList list =
        ToolList.read(
                Texts.object(
                    "{\"_meta\":{\"a\":1},\"tools\":[{\"name\":\"c\",\"x\":1},{\"name\":\"a\"},{\"name\":\"b\"},"
                        + "{\"name\":\"no name\"},7,{}],\"nextCursor\":\"\",\"ttlMs\":5}"))
            .orElseThrow();
    assertEquals(List.of("c", "a", "b"), list.tools().stream().map(ToolList::name).toList());
    assertEquals(Optional.of(""), list.nextCursor());
    assertEquals(
        "{\"_meta\":{\"a\":1},\"tools\":[{\"name\":\"c\",\"x\":1},{\"name\":\"b\"}],\"nextCursor\":\"\",\"ttlMs\":5}",
        JsonText.string(list.filtered(name -> !name.equals("a"))));
  }

  @Test
  void aResultWithoutToolsIsNoList() {
    assertEquals(Optional.empty(), ToolList.read(Texts.object("{}")));
    assertEquals(Optional.empty(), ToolList.read(Texts.object("{\"tools\":{}}")));
    assertEquals(Optional.empty(), ToolList.read(Texts.object("{\"tools\":[],\"nextCursor\":1}")));
    assertEquals(
        Optional.empty(),
        ToolList.read(Texts.object("{\"tools\":[],\"nextCursor\":null}"))
            .orElseThrow()
            .nextCursor());
  }
}
