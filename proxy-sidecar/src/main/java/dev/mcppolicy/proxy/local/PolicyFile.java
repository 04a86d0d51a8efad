// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.local;

import dev.mcppolicy.engine.BoundPolicy;
import dev.mcppolicy.engine.PolicyId;
import dev.mcppolicy.engine.PolicySet;
import dev.mcppolicy.engine.document.PolicyReader;
import dev.mcppolicy.engine.document.PolicyReading;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A policy document in a file, JSON or YAML, that applies to every grant. */
record PolicyFile(Path path) {
  private static final int BYTES_MAX = 256 << 10;

  /** What the file was found to hold. */
  sealed interface Content {
    /** The bytes that were read, for telling whether the file has changed since. */
    ByteBuffer bytes();

    record Policy(PolicySet policies, ByteBuffer bytes) implements Content {}

    /**
     * @param problems one line each, the file's name first
     * @param bytes none when the file could not be read
     */
    record Unusable(List<String> problems, ByteBuffer bytes) implements Content {
      public Unusable {
        problems = List.copyOf(problems);
      }
    }
  }

  /**
   * Reads and compiles the file.
   *
   * @param generation of the policy, in decisions and the record
   */
  Content read(long generation) {
    ByteBuffer bytes;
    try {
      bytes = bytes();
    } catch (NoSuchFileException missing) {
      return unusable("there is no such file; give --policy the path of a policy document");
    } catch (IOException e) {
      return unusable("it cannot be read (" + e.getMessage() + ")");
    }
    if (bytes.remaining() > BYTES_MAX) {
      return unusable("it is longer than " + BYTES_MAX + " bytes", bytes);
    }
    Optional<String> text = text(bytes);
    if (text.isEmpty()) {
      return unusable("it is not UTF-8 text", bytes);
    }
    return switch (PolicyReader.read(text.get())) {
      case PolicyReading.Valid(var document) -> {
        var id = new PolicyId("", String.valueOf(path.getFileName()), generation);
        yield new Content.Policy(
            PolicySet.compile(List.of(new BoundPolicy(id, Optional.empty(), document))), bytes);
      }
      case PolicyReading.Invalid(var problems) ->
          new Content.Unusable(
              problems.stream().map(problem -> path + ": " + problem.text()).toList(), bytes);
    };
  }

  /** Whether the file now holds something else than these bytes; not when it cannot be read. */
  boolean differsFrom(ByteBuffer known) {
    try {
      return !bytes().equals(known);
    } catch (IOException e) {
      return false; // being replaced, or gone: the last good policy holds
    }
  }

  private ByteBuffer bytes() throws IOException {
    try (InputStream in = Files.newInputStream(path)) {
      return ByteBuffer.wrap(in.readNBytes(BYTES_MAX + 1)).asReadOnlyBuffer();
    }
  }

  private Content unusable(String why) {
    return unusable(why, ByteBuffer.allocate(0));
  }

  private Content unusable(String why, ByteBuffer bytes) {
    return new Content.Unusable(List.of(path + ": " + why), bytes);
  }

  private static Optional<String> text(ByteBuffer bytes) {
    try {
      return Optional.of(
          StandardCharsets.UTF_8
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .onUnmappableCharacter(CodingErrorAction.REPORT)
              .decode(bytes.duplicate())
              .toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }
}
