// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.json;

/**
 * How large a document may be before it is refused.
 *
 * @param documentBytesMax length of the whole document in bytes
 * @param depthMax levels of objects and arrays; 64 is far below what any upstream parser fails at
 *     (201 is the lowest measured)
 * @param nameCharsMax length of one member name
 * @param stringCharsMax length of one string
 * @param numberCharsMax length of one number's text
 * @param tokensMax number of names, values and brackets together
 */
public record JsonLimits(
    int documentBytesMax,
    int depthMax,
    int nameCharsMax,
    int stringCharsMax,
    int numberCharsMax,
    int tokensMax) {

  /** For one MCP message from a client: 4 MiB, 200,000 tokens. */
  public static final JsonLimits REQUEST = new JsonLimits(4 << 20, 64, 256, 4 << 20, 64, 200_000);

  /**
   * For one MCP message from an upstream, whose results may be longer: 16 MiB, 1,000,000 tokens.
   */
  public static final JsonLimits RESPONSE =
      new JsonLimits(16 << 20, 64, 1024, 16 << 20, 64, 1_000_000);

  /** These limits with another document length; strings may be as long as the document. */
  public JsonLimits withDocumentBytesMax(int bytesMax) {
    return new JsonLimits(bytesMax, depthMax, nameCharsMax, bytesMax, numberCharsMax, tokensMax);
  }
}
