// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.bundle;

import java.security.MessageDigest;
import java.util.Arrays;

/** A key of 256 bits that seals session ids. */
public final class SessionKey {
  static final int BYTES = 32;

  private final byte[] bytes;

  /** Takes a copy of 32 bytes. */
  public SessionKey(byte[] bytes) {
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException("a session key has 32 bytes, not " + bytes.length);
    }
    this.bytes = bytes.clone();
  }

  /** A copy of the 32 bytes. */
  public byte[] bytes() {
    return bytes.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SessionKey that && MessageDigest.isEqual(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return "SessionKey[secret]";
  }
}
