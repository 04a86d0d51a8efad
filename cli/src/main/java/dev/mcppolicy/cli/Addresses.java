// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.cli;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Addresses as people write them: {@code 127.0.0.1:8080}, {@code localhost:0}, {@code [::1]:80}.
 */
final class Addresses {
  private static final Pattern FORM = Pattern.compile("(\\[[0-9a-fA-F:]+\\]|[^:]+):([0-9]{1,5})");

  private Addresses() {}

  static Optional<InetSocketAddress> parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches() || Integer.parseInt(matcher.group(2)) > 65_535) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new InetSocketAddress(
              InetAddress.getByName(matcher.group(1)), Integer.parseInt(matcher.group(2))));
    } catch (UnknownHostException e) {
      return Optional.empty();
    }
  }

  static String text(InetSocketAddress address) {
    String host = address.getAddress().getHostAddress();
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
  }
}
