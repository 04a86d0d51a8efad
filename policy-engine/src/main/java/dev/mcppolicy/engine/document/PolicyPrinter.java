// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.document;

import dev.mcppolicy.json.JsonValue.JsonObject;
import java.util.ArrayList;
import java.util.Map;

/**
 * Writes a document in its canonical form: published spelling, defaults left away, windows by their
 * canonical names. Reading it again gives an equal document, and pointers to rules are pointers
 * into it.
 */
public final class PolicyPrinter {
  private PolicyPrinter() {}

  public static JsonObject print(PolicyDocument document) {
    var object =
        JsonObject.builder()
            .put("version", document.version())
            .put("default", document.defaultAction().word());
    if (document.mode() != Mode.ENFORCE) {
      object.put("mode", document.mode().word());
    }
    if (document.recording() != Recording.BEST_EFFORT) {
      object.put("audit", document.recording().word());
    }
    if (!document.hidden().equals(Hidden.NOTHING)) {
      var names = new ArrayList<String>();
      if (document.hidden().all()) {
        names.add("*");
      }
      names.addAll(document.hidden().names());
      object.put("hide", RulePrinter.texts(names));
    }
    if (!document.allToolsLimits().isEmpty()) {
      object.put(
          "all_tools",
          JsonObject.builder()
              .put("limits", LimitPrinter.print(document.allToolsLimits()))
              .build());
    }
    object.put("tools", rules(document.tools(), JsonObject.builder()));
    if (!document.resources().equals(RuleSet.DENY_ALL)) {
      object.put("resources", ruleSet(document.resources()));
    }
    if (!document.prompts().equals(RuleSet.DENY_ALL)) {
      object.put("prompts", ruleSet(document.prompts()));
    }
    if (!document.tests().isEmpty()) {
      object.put("tests", PolicyTestPrinter.print(document.tests()));
    }
    return object.build();
  }

  private static JsonObject ruleSet(RuleSet rules) {
    return rules(rules.rules(), JsonObject.builder().put("default", rules.defaultAction().word()));
  }

  private static JsonObject rules(Map<String, Rule> rules, JsonObject.Builder object) {
    rules.forEach((name, rule) -> object.put(name, RulePrinter.print(rule)));
    return object.build();
  }
}
