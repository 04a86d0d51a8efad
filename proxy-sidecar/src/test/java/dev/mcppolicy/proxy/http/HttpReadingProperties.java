// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** What is read does not depend on how the bytes were cut into packets. */
final class HttpReadingProperties {
  private static final byte[] HEAD =
      "POST /mcp HTTP/1.1\r\nHost: a\r\nX-Two:  b c \r\nTransfer-Encoding: chunked\r\n\r\n"
          .getBytes(StandardCharsets.ISO_8859_1);

  @Property(tries = 200)
  void readsAHeadInAnyPieces(@ForAll @Size(max = 8) List<@IntRange(min = 1, max = 85) Integer> cuts)
      throws Exception {
    var reader = new HeadReader(1024, 8);
    Optional<RequestHead> head = Optional.empty();
    for (ByteBuf piece : pieces(HEAD, cuts)) {
      assertEquals(Optional.empty(), head);
      head = reader.read(piece);
    }
    assertEquals("POST", head.orElseThrow().method());
    assertEquals(Optional.of("b c"), head.orElseThrow().first("x-two"));
    assertEquals(new BodyFraming.Chunked(), BodyFraming.of(head.orElseThrow()));
  }

  @Property(tries = 200)
  void readsABodyInAnyChunksAndPieces(
      @ForAll @Size(min = 1, max = 300) byte[] body,
      @ForAll @Size(max = 5) List<@IntRange(min = 1, max = 300) Integer> chunks,
      @ForAll @Size(max = 8) List<@IntRange(min = 1, max = 400) Integer> cuts)
      throws Exception {
    ByteBuf wire = Unpooled.buffer();
    for (ByteBuf chunk : pieces(body, chunks)) {
      wire.writeBytes(
          (Integer.toHexString(chunk.readableBytes()) + "\r\n")
              .getBytes(StandardCharsets.US_ASCII));
      wire.writeBytes(chunk).writeBytes(new byte[] {'\r', '\n'});
    }
    wire.writeBytes("0\r\nX: y\r\n\r\nGET".getBytes(StandardCharsets.US_ASCII));
    byte[] all = new byte[wire.readableBytes()];
    wire.readBytes(all);
    var reader = new BodyReader(new BodyFraming.Chunked(), 1024);
    int left = 0;
    for (ByteBuf piece : pieces(all, cuts)) {
      reader.read(piece);
      left += piece.readableBytes();
    }
    assertArrayEquals(body, reader.body());
    assertEquals(3, left, "what follows the body is not touched");
  }

  private static List<ByteBuf> pieces(byte[] whole, List<Integer> cuts) {
    var pieces = new ArrayList<ByteBuf>();
    int from = 0;
    for (int to : cuts.stream().sorted().toList()) {
      if (to > from && to < whole.length) {
        pieces.add(Unpooled.wrappedBuffer(whole, from, to - from));
        from = to;
      }
    }
    pieces.add(Unpooled.wrappedBuffer(whole, from, whole.length - from));
    return pieces;
  }
}
