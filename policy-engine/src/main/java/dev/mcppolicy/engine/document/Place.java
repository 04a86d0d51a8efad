// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.document;

import java.util.regex.Pattern;

/** A place in a document as people write it: {@code tools.stop_vllm.limits[0].window}. */
public record Place(String text) {
  public static final Place DOCUMENT = new Place("");

  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_-]{1,128}");

  /** The member of that name; a name that is not plain stands in brackets, so paths stay unique. */
  public Place member(String name) {
    if (!PLAIN.matcher(name).matches()) {
      return new Place(text + "[\"" + Wording.escaped(name) + "\"]");
    }
    return new Place(text.isEmpty() ? name : text + "." + name);
  }

  public Place element(int index) {
    return new Place(text + "[" + index + "]");
  }
}
