// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.sidecar;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/** Hands the bridge to the server's container, which has none in its own image. */
final class BridgeProgram {
  private static final String NAME = "stdio-bridge";

  private BridgeProgram() {}

  /** Puts the program there whole or not at all, over one that a process before put there. */
  static Path write(Path program, Path directory) throws IOException {
    Path temporary = Files.createTempFile(directory, "." + NAME, "");
    try {
      Files.copy(program, temporary, StandardCopyOption.REPLACE_EXISTING);
      Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("r-xr-xr-x"));
      return Files.move(
          temporary,
          directory.resolve(NAME),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }
}
