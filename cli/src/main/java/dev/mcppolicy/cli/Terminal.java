// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.cli;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/** Where a command reads from and writes to; all text is UTF-8, whatever the locale. */
record Terminal(InputStream in, PrintWriter out, PrintWriter err) {

  /** The process's own. */
  static Terminal ofProcess() {
    return new Terminal(
        new FileInputStream(FileDescriptor.in),
        writer(new FileOutputStream(FileDescriptor.out)),
        writer(new FileOutputStream(FileDescriptor.err)));
  }

  static PrintWriter writer(OutputStream bytes) {
    return new PrintWriter(new OutputStreamWriter(bytes, StandardCharsets.UTF_8), true);
  }

  /** Prints lines that end as on every system. */
  void print(String text) {
    out.print(text);
    out.flush();
  }
}
