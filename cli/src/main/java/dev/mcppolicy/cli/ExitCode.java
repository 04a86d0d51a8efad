// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.cli;

import dev.mcppolicy.engine.Decision;

/** What a process of {@code mcp-policy} ends with; documented in {@code docs/reference/cli.md}. */
final class ExitCode {
  static final int DONE = 0;

  /** A test failed, a warning under {@code --strict}, a server or cluster that does not answer. */
  static final int FAILED = 1;

  static final int BAD_INPUT = 2;
  static final int DENIED = 3;
  static final int RATE_LIMITED = 4;
  static final int NEEDS_APPROVAL = 5;

  private ExitCode() {}

  static int of(Decision decision) {
    return switch (decision) {
      case Decision.Allow _ -> DONE;
      case Decision.Deny _ -> DENIED;
      case Decision.RateLimited _ -> RATE_LIMITED;
      case Decision.NeedsApproval _ -> NEEDS_APPROVAL;
    };
  }
}
