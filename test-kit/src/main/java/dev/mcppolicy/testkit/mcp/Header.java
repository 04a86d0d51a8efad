// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.testkit.mcp;

import java.util.List;
import java.util.Optional;

/** One HTTP header line; the name as it was sent. */
public record Header(String name, String value) {
  static Optional<String> first(List<Header> headers, String name) {
    return headers.stream()
        .filter(header -> header.name().equalsIgnoreCase(name))
        .map(Header::value)
        .findFirst();
  }
}
