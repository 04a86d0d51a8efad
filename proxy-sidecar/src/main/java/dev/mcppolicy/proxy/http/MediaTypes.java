// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.http;

import java.util.Locale;

/** The media types of Streamable HTTP (basic/transports). */
final class MediaTypes {
  private MediaTypes() {}

  /** Whether this Content-Type is JSON in UTF-8, with no parameter but a charset that says so. */
  static boolean isJson(String contentType) {
    if (contentType.equals("application/json")) {
      return true;
    }
    String[] parts = contentType.toLowerCase(Locale.ROOT).split(";", -1);
    if (!parts[0].strip().equals("application/json") || parts.length > 2) {
      return false;
    }
    if (parts.length == 1) {
      return true;
    }
    String parameter = parts[1].strip();
    return parameter.equals("charset=utf-8") || parameter.equals("charset=\"utf-8\"");
  }

  /** Whether this Accept takes both forms of an answer, as a client must say it does. */
  static boolean acceptsBoth(String accept) {
    if (accept.equals("application/json, text/event-stream")) {
      return true;
    }
    boolean json = false;
    boolean events = false;
    for (String range : accept.toLowerCase(Locale.ROOT).split(",", 32)) {
      String type = range.split(";", 2)[0].strip();
      json |= type.equals("application/json") || type.equals("application/*") || type.equals("*/*");
      events |= type.equals("text/event-stream") || type.equals("text/*") || type.equals("*/*");
    }
    return json && events;
  }
}
