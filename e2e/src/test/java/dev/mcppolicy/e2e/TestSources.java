// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The sources of all tests of the repository, for documents that name tests. */
record TestSources(List<Source> sources) {

  /**
   * One file.
   *
   * @param module the folder of its module
   * @param name of the file without its ending; some are used in several modules
   */
  record Source(Path module, String name, String text) {

    /** Whether it declares a test: a method of Java, a function of Go. */
    boolean declares(String test) {
      return Pattern.compile(
              "(?m)^(?:  (?:public )?(?:void|(?:List|Stream)<DynamicTest>) |func )" + test + "\\(")
          .matcher(text)
          .find();
    }
  }

  static TestSources read() throws IOException {
    List<Source> sources = new ArrayList<>();
    Path root = root();
    try (Stream<Path> modules = Files.list(root)) {
      for (Path module : modules.toList()) {
        add(module, module.resolve("src/test/java"), ".java", sources);
      }
    }
    Path bridge = root.resolve("stdio-bridge");
    add(bridge, bridge, "_test.go", sources);
    return new TestSources(sources);
  }

  private static void add(Path module, Path folder, String ending, List<Source> sources)
      throws IOException {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(f -> f.toString().endsWith(ending)).toList()) {
        String name = String.valueOf(file.getFileName());
        sources.add(
            new Source(module, name.substring(0, name.lastIndexOf('.')), Files.readString(file)));
      }
    }
  }

  boolean has(String name) {
    return sources.stream().anyMatch(source -> source.name.equals(name));
  }

  boolean has(String name, String test) {
    return sources.stream().anyMatch(source -> source.name.equals(name) && source.declares(test));
  }

  /** The files of that name in a module that declare the test. */
  List<Source> declaring(String module, String name, String test) {
    return sources.stream()
        .filter(source -> source.module.endsWith(module))
        .filter(source -> source.name.equals(name) && source.declares(test))
        .toList();
  }

  /** The folder of the repository. */
  static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("docs/security/threat-model.md"))) {
      folder = folder.getParent();
      if (folder == null) {
        throw new IllegalStateException("run the test inside the repository");
      }
    }
    return folder;
  }
}
