// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A file of text that a command was given, read whole.
 *
 * @param name as it was given, control characters escaped, for messages; {@code standard input} for
 *     {@code -}
 */
record InputFile(String name, String text) implements FileReading {

  /** Length of one file in bytes: many manifests fit. */
  static final int BYTES_MAX = 4 << 20;

  private static final String STANDARD_INPUT = "standard input";

  /** The last part of the name, as policies that come from files are called. */
  String shortName() {
    return String.valueOf(Path.of(name).getFileName());
  }

  /**
   * Reads every file that can be read; what is wrong with the others joins the problems.
   *
   * @param names paths, {@code -} at most once for standard input
   */
  static List<InputFile> read(List<String> names, Terminal terminal, List<String> problems) {
    var files = new ArrayList<InputFile>();
    if (names.stream().filter("-"::equals).count() > 1) {
      problems.add("`-`: standard input can be read once only");
      return files;
    }
    for (String name : names) {
      try {
        files.add(read(name, terminal));
      } catch (BadInputException e) {
        problems.addAll(e.problems());
      }
    }
    return files;
  }

  static InputFile read(String name, Terminal terminal) throws BadInputException {
    return switch (open(name, terminal)) {
      case InputFile file -> file;
      case FileReading.Unreadable(String shown, String why) ->
          throw new BadInputException(shown + ": " + why);
    };
  }

  static FileReading open(String name, Terminal terminal) {
    String shown = name.equals("-") ? STANDARD_INPUT : visible(name);
    byte[] bytes;
    try {
      bytes = bytes(name, terminal);
    } catch (NoSuchFileException missing) {
      return new FileReading.Unreadable(shown, "there is no such file");
    } catch (AccessDeniedException denied) {
      return new FileReading.Unreadable(shown, "it may not be read");
    } catch (InvalidPathException wrong) {
      return new FileReading.Unreadable(shown, "this is not a path");
    } catch (IOException e) {
      boolean isFolder = Files.isDirectory(Path.of(name));
      return new FileReading.Unreadable(
          shown,
          isFolder
              ? "it is a folder; name the files in it"
              : "it cannot be read (" + e.getMessage() + ")");
    }
    if (bytes.length > BYTES_MAX) {
      return new FileReading.Unreadable(shown, "it is longer than " + BYTES_MAX + " bytes");
    }
    try {
      return new InputFile(
          shown,
          StandardCharsets.UTF_8
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .onUnmappableCharacter(CodingErrorAction.REPORT)
              .decode(ByteBuffer.wrap(bytes))
              .toString());
    } catch (CharacterCodingException notText) {
      return new FileReading.Unreadable(shown, "it is not UTF-8 text");
    }
  }

  /** A name may hold line ends and what steers terminals. */
  private static String visible(String name) {
    var shown = new StringBuilder();
    name.codePoints()
        .forEach(
            c -> {
              if (Character.isISOControl(c)) {
                shown.append(String.format(Locale.ROOT, "\\u%04x", c));
              } else {
                shown.appendCodePoint(c);
              }
            });
    return shown.toString();
  }

  private static byte[] bytes(String name, Terminal terminal) throws IOException {
    if (name.equals("-")) {
      return terminal.in().readNBytes(BYTES_MAX + 1);
    }
    try (InputStream in = Files.newInputStream(Path.of(name))) {
      return in.readNBytes(BYTES_MAX + 1);
    }
  }
}
