// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.mcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class FramingTest {
  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static List<String> lines(int max, String... parts) {
    var lines = new ArrayList<String>();
    var framer =
        new LineFramer(
            max,
            new LineFramer.Sink() {
              @Override
              public void line(byte[] line) {
                lines.add(new String(line, StandardCharsets.UTF_8));
              }

              @Override
              public void overlong(byte[] head) {
                lines.add("overlong " + new String(head, StandardCharsets.UTF_8));
              }
            });
    for (String part : parts) {
      framer.feed(ByteBuffer.wrap(bytes(part)));
    }
    return lines;
  }

  private static List<String> events(int max, String... parts) throws InvalidMessageException {
    var events = new ArrayList<String>();
    var reader = new SseReader(max, data -> events.add(new String(data, StandardCharsets.UTF_8)));
    for (String part : parts) {
      reader.feed(ByteBuffer.wrap(bytes(part)));
    }
    return events;
  }

  @Test
  void onlyALineFeedEndsALine_T5_T6() {
    assertEquals(
        List.of("a\rb", "\u2028c\u0085\f\u000b", ""),
        lines(100, "a\rb", "\n\u2028c\u0085\f\u000b\n", "\nrest"));
  }

  @Test
  void anOverlongLineIsSkippedAndTheNextOneRead_T41() {
    assertEquals(List.of("overlong abcdef", "ok"), lines(5, "abc", "def", "ghi\nok\n"));
    assertEquals(List.of("abcde"), lines(5, "abcde\n"));
    assertEquals(
        List.of("overlong " + "x".repeat(256)), lines(300, "x".repeat(290), "x".repeat(500)));
  }

  @Test
  void aWrittenLineHasNoByteThatCouldEndIt_T5_T6() {
    byte[] line =
        Lines.line(Texts.object("{\"a\":\"\\r\\n\\u2028\\u0085\\u0000\",\"\u00e9\":\"\\u007f\"}"));
    for (int i = 0; i < line.length - 1; i++) {
      assertTrue(line[i] >= 0x20, "byte " + line[i]);
    }
    assertEquals('\n', line[line.length - 1]);
  }

  @Test
  void readsEventsWithEachEndOfLine() throws Exception {
    String stream =
        "\ufeff: comment\nid: 1\ndata: a\n\ndata:b\r\rdata:  c\r\n\r\nevent: message\ndata: d1\ndata: d2\n\n";
    List<String> expected = List.of("a", "b", " c", "d1\nd2");
    assertEquals(expected, events(100, stream));
    assertEquals(expected, events(100, stream.split("(?!^)")));
  }

  @Test
  void leavesOutEventsOfOtherTypesAndWithoutData() throws Exception {
    assertEquals(
        List.of("x"),
        events(100, "event: ping\ndata: no\n\nretry: 5\n\ndata\n\ndata: x\n\ndata: unfinished\n"));
  }

  @Test
  void aLineSeparatorDoesNotEndALineOfAnEvent_T40() throws Exception {
    assertEquals(List.of("a\u2028b\u0085c"), events(100, "data: a\u2028b\u0085c\n\n"));
  }

  @Test
  void boundsLinesAndEvents_T41() {
    assertThrows(InvalidMessageException.class, () -> events(10, "data: 12345678901"));
    assertThrows(
        InvalidMessageException.class, () -> events(20, "data: 123456789\ndata: 12345678901\n"));
  }

  @Test
  void aWrittenEventIsReadBackWhole_T40() throws Exception {
    var message =
        Texts.object("{\"text\":\"\\n\\ndata: {\\\"forged\\\":1}\\r\\nevent: x\\u2028\"}");
    String written = new String(SseWriter.event(message), StandardCharsets.US_ASCII);
    List<String> read =
        events(1000, new String(SseWriter.keepAlive(), StandardCharsets.US_ASCII) + written);
    assertEquals(1, read.size());
    assertEquals(message, Texts.json(read.getFirst()));
  }
}
