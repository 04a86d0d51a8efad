// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The version of this build. */
public final class Version implements IVersionProvider {

  @Override
  public String[] getVersion() {
    return new String[] {"mcp-policy " + text()};
  }

  static String text() {
    var properties = new Properties();
    try (InputStream in = Version.class.getResourceAsStream("/mcp-policy.properties")) {
      if (in == null) {
        throw new IllegalStateException("mcp-policy.properties is not on the class path");
      }
      properties.load(in);
    } catch (IOException e) {
      throw new IllegalStateException("mcp-policy.properties cannot be read", e);
    }
    return properties.getProperty("version", "unknown");
  }
}
