// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.cli;

/** What came of reading a file that a command was given. */
sealed interface FileReading permits InputFile, FileReading.Unreadable {

  /**
   * @param name as it was given, for messages
   * @param why what is the matter, without the name
   */
  record Unreadable(String name, String why) implements FileReading {}
}
