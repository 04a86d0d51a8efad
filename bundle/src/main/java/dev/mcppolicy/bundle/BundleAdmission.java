// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.bundle;

import java.util.Optional;

/**
 * Whether a sidecar takes a bundle in place of the one in force. Pure; a refusal always leaves what
 * is in force, and without anything in force every call is denied.
 *
 * <p>A server made anew under the same name takes over from the one before, whose grants would go
 * on being accepted otherwise.
 */
public final class BundleAdmission {
  private BundleAdmission() {}

  /** What is to become of an incoming bundle. */
  public sealed interface Verdict {

    record Activate(BundleReading.Accepted incoming) implements Verdict {}

    /** The very bundle that is in force. */
    record AlreadyInForce() implements Verdict {}

    /**
     * @param reason one bounded line for the log and the status
     */
    record Refuse(String reason) implements Verdict {}
  }

  /**
   * @param namespace of the server that the sidecar stands before
   * @param name of that server
   * @param inForce what the sidecar has now; empty before the first
   */
  public static Verdict admit(
      String namespace,
      String name,
      Optional<BundleReading.Accepted> inForce,
      BundleReading incoming) {
    return switch (incoming) {
      case BundleReading.Refused(String reason) -> new Verdict.Refuse(reason);
      case BundleReading.Accepted accepted -> {
        ServerIdentity server = accepted.bundle().server();
        if (!server.namespace().equals(namespace) || !server.name().equals(name)) {
          yield new Verdict.Refuse(
              "the bundle is for the server %s/%s, and this sidecar stands before %s/%s"
                  .formatted(server.namespace(), server.name(), namespace, name));
        }
        yield inForce
            .map(current -> compare(current, accepted))
            .orElseGet(() -> new Verdict.Activate(accepted));
      }
    };
  }

  private static Verdict compare(BundleReading.Accepted current, BundleReading.Accepted incoming) {
    if (current.digest().equals(incoming.digest())) {
      return new Verdict.AlreadyInForce();
    }
    if (incoming.bundle().sequence() <= current.bundle().sequence()) {
      return new Verdict.Refuse(
          "the bundle has sequence %d, not newer than %d, which is in force"
              .formatted(incoming.bundle().sequence(), current.bundle().sequence()));
    }
    return new Verdict.Activate(incoming);
  }
}
