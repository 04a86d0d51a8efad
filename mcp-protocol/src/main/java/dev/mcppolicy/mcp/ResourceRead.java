// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.mcp;

import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.json.JsonValue.JsonString;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The params of one {@code resources/read}.
 *
 * @param uri 1 to 2,048 visible characters, compared by exact code points and never changed
 *     (server/resources, "Reading Resources")
 * @param meta the cleaned {@code _meta}, when anything of it is left
 */
public record ResourceRead(String uri, Optional<JsonObject> meta) {
  private static final int URI_CHARS_MAX = 2_048;
  private static final String HEX = "0123456789ABCDEF";
  private static final String UNRESERVED_MARKS = "-._~";

  /** Characters that a URI does not have, or that readers cut or replace. */
  private static final String NEVER = "#\\\"<>^`{|}";

  private static final Pattern DOT_SEGMENT = Pattern.compile("(?:^|/)\\.{1,2}(?:[/?]|$)");

  public static ResourceRead read(Optional<JsonObject> params) throws InvalidParamsException {
    JsonObject known = ClientMethod.RESOURCES_READ.params(params);
    if (!(known.members().get("uri") instanceof JsonString(String uri))) {
      throw new InvalidParamsException("params.uri: it must be a string, the URI of a resource");
    }
    if (!isUri(uri)) {
      throw new InvalidParamsException(
          "params.uri: `"
              + Echo.of(uri)
              + "` is not the URI of a resource; allowed are 1 to "
              + URI_CHARS_MAX
              + " visible characters without spaces");
    }
    return new ResourceRead(uri, known.object(RequestMeta.MEMBER));
  }

  /**
   * Whether no other text is taken for the same URI by readers that put URIs into a normal form
   * (RFC 3986 §6.2.2): the scheme in lower case, no upper case and no user in the authority, no
   * escapes but those that must be, no dot segments, no fragment, ASCII alone.
   */
  public boolean isNormal() {
    int colon = uri.indexOf(':');
    if (colon < 1 || !isScheme(uri.substring(0, colon))) {
      return false;
    }
    String rest = uri.substring(colon + 1);
    String authority = authority(rest);
    return authority.equals(authority.toLowerCase(Locale.ROOT))
        && authority.indexOf('@') < 0
        && !authority.endsWith(":")
        && rest.chars().allMatch(c -> c > 0x20 && c < 0x7F && NEVER.indexOf(c) < 0)
        && !DOT_SEGMENT.matcher(rest).find()
        && hasNoNeedlessEscape(rest);
  }

  private static boolean isScheme(String text) {
    return text.chars()
        .allMatch(c -> (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || "+.-".indexOf(c) >= 0);
  }

  private static String authority(String rest) {
    if (!rest.startsWith("//")) {
      return "";
    }
    int end = 2;
    while (end < rest.length() && "/?".indexOf(rest.charAt(end)) < 0) {
      end++;
    }
    return rest.substring(2, end);
  }

  /** Every escape is of two upper-case digits, and of a character that may not stand as it is. */
  private static boolean hasNoNeedlessEscape(String text) {
    for (int at = text.indexOf('%'); at >= 0; at = text.indexOf('%', at + 1)) {
      if (at + 2 >= text.length()
          || HEX.indexOf(text.charAt(at + 1)) < 0
          || HEX.indexOf(text.charAt(at + 2)) < 0) {
        return false;
      }
      int c = HEX.indexOf(text.charAt(at + 1)) * 16 + HEX.indexOf(text.charAt(at + 2));
      boolean isLetterOrDigit =
          (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      if (isLetterOrDigit || UNRESERVED_MARKS.indexOf(c) >= 0) {
        return false;
      }
    }
    return true;
  }

  /** Whether a text may be the URI, or the URI template, of a resource. */
  static boolean isUri(String text) {
    return Visible.isWord(text, URI_CHARS_MAX);
  }
}
