// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PolicyFileWatchTest {
  private static final String BEFORE = "version: '1'\ndefault: deny\n";
  private static final String HALF = "version: '1'\ndefault: allow\n";
  private static final String WHOLE = HALF + "tools: {stop_vllm: {action: deny}}\n";

  @TempDir Path folder;
  private final List<Long> taken = new ArrayList<>();
  private Path path;
  private PolicyFileWatch watch;

  @BeforeEach
  void begin() throws IOException {
    path = Files.writeString(folder.resolve("policy.yaml"), BEFORE);
    var file = new PolicyFile(path);
    var first = assertInstanceOf(PolicyFile.Content.Policy.class, file.read(1));
    watch = new PolicyFileWatch(file, first.bytes(), (generation, policy) -> taken.add(generation));
  }

  private List<Long> afterLookAt(String content) throws IOException {
    Files.writeString(path, content);
    watch.look();
    return List.copyOf(taken);
  }

  @Test
  void neverTakesAFileThatIsStillBeingWritten() throws IOException {
    assertEquals(List.of(), afterLookAt(HALF));
    assertEquals(List.of(), afterLookAt(WHOLE));
    assertEquals(List.of(2L), afterLookAt(WHOLE));
    assertEquals(List.of(2L), afterLookAt(WHOLE));
  }

  @Test
  void takesNothingWhenAChangeIsTakenBack() throws IOException {
    assertEquals(List.of(), afterLookAt(HALF));
    assertEquals(List.of(), afterLookAt(BEFORE));
    assertEquals(List.of(), afterLookAt(HALF));
    assertEquals(List.of(2L), afterLookAt(HALF));
  }

  @Test
  void keepsWhatItHasWhileTheFileCannotBeUsed() throws IOException {
    assertEquals(List.of(), afterLookAt("default: perhaps"));
    assertEquals(List.of(), afterLookAt("default: perhaps"));
    assertEquals(List.of(), afterLookAt(WHOLE));
    assertEquals(List.of(2L), afterLookAt(WHOLE));
  }
}
