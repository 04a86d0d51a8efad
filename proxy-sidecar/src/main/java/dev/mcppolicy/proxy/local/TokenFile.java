// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.local;

import dev.mcppolicy.engine.Grant;
import dev.mcppolicy.proxy.identity.Grants;
import dev.mcppolicy.proxy.identity.TokenHash;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A grant and the file that holds its token, as {@code --grant NAME=TOKEN_FILE} states them. The
 * token is the first line, without the white space around it.
 */
public record TokenFile(String grant, Path path) {
  private static final Logger LOG = LoggerFactory.getLogger(TokenFile.class);
  private static final int TOKEN_CHARS_MIN = 16;
  private static final int BYTES_MAX = 8 << 10;

  /**
   * Reads {@code NAME=TOKEN_FILE}.
   *
   * @throws IllegalArgumentException if the text is not of that form
   */
  public static TokenFile parse(String text) {
    int equals = text.indexOf('=');
    String name = equals < 0 ? "" : text.substring(0, equals);
    if (!name.matches("[a-z0-9]([-a-z0-9.]{0,61}[a-z0-9])?") || equals == text.length() - 1) {
      throw new IllegalArgumentException(
          "--grant: `"
              + text
              + "` is not a grant's name and a file; write `NAME=TOKEN_FILE`, the name of lower-case"
              + " letters, digits and dashes");
    }
    return new TokenFile(name, Path.of(text.substring(equals + 1)));
  }

  /** What is in the file, or why it cannot be used. */
  sealed interface Content {
    record Token(Grants.Entry entry) implements Content {}

    record Unusable(String problem) implements Content {}
  }

  Content read() {
    String first;
    try {
      if (Files.size(path) > BYTES_MAX) {
        return unusable("it is longer than " + BYTES_MAX + " bytes");
      }
      first = Files.readString(path).lines().findFirst().orElse("").strip();
    } catch (NoSuchFileException missing) {
      return unusable("there is no such file; make one with " + recipe());
    } catch (IOException e) {
      return unusable("it cannot be read (" + e.getMessage() + ")");
    }
    if (first.length() < TOKEN_CHARS_MIN) {
      return unusable(
          "its first line has "
              + first.length()
              + " characters and a token has "
              + TOKEN_CHARS_MIN
              + " or more; make one with "
              + recipe());
    }
    if (!first.chars().allMatch(c -> c > 0x20 && c < 0x7F)) {
      return unusable("its first line is not a token, which is printable ASCII without spaces");
    }
    warnWhenOthersMayRead();
    return new Content.Token(
        new Grants.Entry(new Grant(grant), TokenHash.of(first), Optional.empty()));
  }

  private String recipe() {
    return "`openssl rand -hex 32 > " + path + "`";
  }

  private void warnWhenOthersMayRead() {
    try {
      Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(path);
      if (permissions.contains(PosixFilePermission.OTHERS_READ)
          || permissions.contains(PosixFilePermission.GROUP_READ)) {
        LOG.warn("{} may be read by other users of this machine; run `chmod 600 {}`", path, path);
      }
    } catch (IOException | UnsupportedOperationException e) {
      LOG.debug("the permissions of {} are not known", path);
    }
  }

  private Content unusable(String why) {
    return new Content.Unusable("--grant " + grant + ": " + path + ": " + why);
  }
}
