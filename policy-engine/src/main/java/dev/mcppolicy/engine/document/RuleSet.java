// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.document;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a policy says of resources or of prompts.
 *
 * @param defaultAction for those that no rule names
 * @param rules by exact URI or name, in the order of the document
 */
public record RuleSet(Action defaultAction, Map<String, Rule> rules) {
  public static final RuleSet DENY_ALL = new RuleSet(Action.DENY, Map.of());

  public RuleSet {
    rules = Collections.unmodifiableMap(new LinkedHashMap<>(rules));
  }
}
