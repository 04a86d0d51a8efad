// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.bundle;

import dev.mcppolicy.json.JsonLimits;
import dev.mcppolicy.json.JsonText;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonNumber;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.json.MalformedJsonException;
import dev.mcppolicy.json.StrictJson;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * The bytes of a bundle: gzip of {@code {"format":1,"digest":"sha256:…","content":{…}}}, the digest
 * over the content as {@link JsonText} writes it. The same bundle gives the same bytes.
 *
 * <p>Reading is strict: what is not understood whole is refused whole.
 */
public final class BundleFormat {
  /** The newest format that this code reads, and the one that it writes. */
  public static final int FORMAT = 1;

  /** Most bytes of an encoded bundle; a Secret may have 1 MiB. */
  public static final int BYTES_MAX = 900 << 10;

  /** Most bytes after inflating. */
  public static final int INFLATED_BYTES_MAX = 16 << 20;

  /** The one key in the Secret's data. */
  public static final String DATA_KEY = "bundle.json.gz";

  /** The Secret's type. */
  public static final String SECRET_TYPE = "mcppolicy.dev/bundle";

  private static final StrictJson JSON =
      new StrictJson(
          new JsonLimits(INFLATED_BYTES_MAX, 64, 1024, INFLATED_BYTES_MAX, 64, 2_000_000));

  private BundleFormat() {}

  /** The name of the Secret that holds a server's bundle. */
  public static String secretName(String server) {
    return server + "-mcp";
  }

  /**
   * Writes a bundle.
   *
   * @throws BundleTooLargeException when it is over {@link #BYTES_MAX} or inflates over {@link
   *     #INFLATED_BYTES_MAX}
   * @throws IllegalArgumentException when no sidecar would accept it, with the reason
   */
  public static byte[] encode(Bundle bundle) throws BundleTooLargeException {
    JsonObject content = BundleWriter.content(bundle);
    byte[] plain =
        JsonText.bytes(
            JsonObject.builder()
                .put("format", FORMAT)
                .put("digest", digest(content))
                .put("content", content)
                .build());
    if (plain.length > INFLATED_BYTES_MAX) {
      throw tooLarge(plain.length, INFLATED_BYTES_MAX, "before compression");
    }
    byte[] bytes = deflate(plain);
    if (bytes.length > BYTES_MAX) {
      throw tooLarge(bytes.length, BYTES_MAX, "compressed");
    }
    if (read(plain) instanceof BundleReading.Refused(String reason)) {
      throw new IllegalArgumentException("not a bundle that can be published: " + reason);
    }
    return bytes;
  }

  /** The digest that a sidecar acknowledges once it has this bundle. */
  public static String digest(Bundle bundle) {
    return digest(BundleWriter.content(bundle));
  }

  /** Reads what {@link #encode} wrote; never throws. */
  public static BundleReading decode(byte[] bytes) {
    if (bytes.length > BYTES_MAX) {
      return new BundleReading.Refused(
          "the bundle has " + bytes.length + " bytes, the most allowed is " + BYTES_MAX);
    }
    byte[] plain;
    try (var in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
      plain = in.readNBytes(INFLATED_BYTES_MAX + 1);
    } catch (IOException notGzip) {
      return new BundleReading.Refused("the bundle is not whole gzip data");
    }
    if (plain.length > INFLATED_BYTES_MAX) {
      return new BundleReading.Refused(
          "the bundle inflates to more than the " + INFLATED_BYTES_MAX + " bytes allowed");
    }
    return read(plain);
  }

  private static BundleReading read(byte[] plain) {
    try {
      if (!(JSON.read(plain) instanceof JsonObject whole)) {
        return new BundleReading.Refused("the bundle is not an object");
      }
      Optional<String> wrong = wrongFormat(whole);
      if (wrong.isPresent()) {
        return new BundleReading.Refused(wrong.get());
      }
      var members = new Members("", whole);
      members.only(Set.of("format", "digest", "content"));
      JsonObject content = members.object("content").value();
      String digest = digest(content);
      if (!members.text("digest").equals(digest)) {
        return new BundleReading.Refused("the content does not have the stated digest");
      }
      return new BundleReading.Accepted(BundleReader.bundle(members.object("content")), digest);
    } catch (MalformedJsonException notJson) {
      return new BundleReading.Refused("the bundle: " + notJson.getMessage());
    } catch (WrongBundleException wrong) {
      return new BundleReading.Refused("the bundle: " + wrong.getMessage());
    }
  }

  /** The format comes first: nothing else of a newer one can be understood. */
  private static Optional<String> wrongFormat(JsonObject whole) {
    long format =
        whole.get("format").orElse(JsonValue.JsonNull.NULL) instanceof JsonNumber number
            ? number.integer().orElse(0L)
            : 0;
    if (format > FORMAT) {
      return Optional.of(
          "the bundle has format "
              + format
              + ", newer than "
              + FORMAT
              + ", the newest known here; upgrade the sidecar by restarting its pod");
    }
    return format == FORMAT ? Optional.empty() : Optional.of("the bundle states no format");
  }

  private static BundleTooLargeException tooLarge(int bytes, int max, String when) {
    return new BundleTooLargeException(
        "the bundle has "
            + bytes
            + " bytes "
            + when
            + ", the most allowed is "
            + max
            + "; use fewer or shorter policies or grants for this server");
  }

  private static String digest(JsonObject content) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(JsonText.bytes(content));
      return "sha256:" + HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java has SHA-256", impossible);
    }
  }

  private static byte[] deflate(byte[] plain) {
    var out = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(out)) {
      gzip.write(plain);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible); // memory does not fail to be written
    }
    return out.toByteArray();
  }
}
