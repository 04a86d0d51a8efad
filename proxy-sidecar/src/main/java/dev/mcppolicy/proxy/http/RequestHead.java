// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.http;

import java.util.List;
import java.util.Optional;

/**
 * Request line and headers of one HTTP/1.1 request.
 *
 * @param method a token, as written
 * @param target begins with a slash; printable ASCII
 * @param headers in their order
 */
record RequestHead(String method, String target, List<Header> headers) {

  /**
   * One header line.
   *
   * @param name lower-case
   * @param value without the white space around it; bytes over 0x7F are read as Latin-1
   */
  record Header(String name, String value) {}

  /** The first value of that lower-case name. */
  Optional<String> first(String name) {
    for (Header header : headers) {
      if (header.name.equals(name)) {
        return Optional.of(header.value);
      }
    }
    return Optional.empty();
  }

  boolean has(String name) {
    return first(name).isPresent();
  }

  int count(String name) {
    int count = 0;
    for (Header header : headers) {
      if (header.name.equals(name)) {
        count++;
      }
    }
    return count;
  }
}
