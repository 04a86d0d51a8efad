// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.cli;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A container as the command line declares it: {@code docker:NAME} or {@code podman:NAME=MODEL}.
 *
 * @param engine docker or podman
 * @param container a name as both engines allow it
 * @param model the one that start_vllm may ask for; empty when any may be named
 */
record ContainerWorkload(String engine, String container, Optional<String> model) {
  private static final Pattern FORM =
      Pattern.compile("(docker|podman):([a-zA-Z0-9][a-zA-Z0-9_.-]{1,252})(?:=(.{1,512}))?");

  static Optional<ContainerWorkload> parse(String text) {
    Matcher matcher = FORM.matcher(text);
    return matcher.matches()
        ? Optional.of(
            new ContainerWorkload(
                matcher.group(1), matcher.group(2), Optional.ofNullable(matcher.group(3))))
        : Optional.empty();
  }
}
