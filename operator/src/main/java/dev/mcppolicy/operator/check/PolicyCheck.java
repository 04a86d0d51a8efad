// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.check;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mcppolicy.api.v1alpha1.McpPolicy;
import dev.mcppolicy.api.v1alpha1.McpPolicySpec;
import dev.mcppolicy.api.v1alpha1.UnknownKeys;
import dev.mcppolicy.engine.document.PolicyDocument;
import dev.mcppolicy.engine.document.PolicyReader;
import dev.mcppolicy.engine.document.PolicyReading;
import dev.mcppolicy.json.JsonLimits;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.json.MalformedJsonException;
import dev.mcppolicy.json.StrictJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Whether a generation of an McpPolicy can be used. What is not valid is never activated, whatever
 * the webhook let in: it may not have been there when the policy was written.
 */
public sealed interface PolicyCheck {

  /**
   * It was read, and its tests pass.
   *
   * @param document as it was written, without the keys that only a resource has
   */
  record Valid(JsonObject document, PolicyDocument read) implements PolicyCheck {}

  /**
   * It was read, but does not decide as its author says it must.
   *
   * @param failures all of them, each one line that begins with the place of its test
   */
  record TestsFailed(PolicyDocument read, List<String> failures) implements PolicyCheck {
    public TestsFailed {
      failures = List.copyOf(failures);
    }
  }

  /**
   * It cannot be read.
   *
   * @param problems all of them, each one line that begins with its place, e.g. {@code
   *     spec.tools.stop_vllm.limits[0].window: …}; bounded by the reader
   */
  record Invalid(List<String> problems) implements PolicyCheck {
    public Invalid {
      problems = List.copyOf(problems);
    }
  }

  /** Reads the spec; its tests are not run here. */
  static PolicyCheck reading(McpPolicy policy) {
    List<String> problems = new ArrayList<>();
    UnknownKeys.of(policy).stream()
        .filter(key -> Spec.REFERENCE.stream().anyMatch(key.place()::startsWith))
        .forEach(key -> problems.add(key.toString()));
    try {
      JsonObject document = Spec.document(policy.getSpec());
      switch (PolicyReader.read(document, Spec.REFERENCES)) {
        case PolicyReading.Invalid(var found) ->
            found.forEach(problem -> problems.add(place(problem.path()) + problem.message()));
        case PolicyReading.Valid(var read) -> {
          if (problems.isEmpty()) {
            return new Valid(document, read);
          }
        }
      }
    } catch (MalformedJsonException e) {
      problems.add("spec: " + e.getMessage());
    }
    return new Invalid(problems);
  }

  /** The place of the document in the resource, as the beginning of a line. */
  static String place(String path) {
    return (path.isEmpty() ? "spec" : "spec." + path) + ": ";
  }

  /** The policy document inside a spec. */
  final class Spec {
    private static final Set<String> REFERENCES = Set.of("servers", "grants");

    /** Beginnings of places; what lies elsewhere is the document, and the engine's to judge. */
    private static final List<String> REFERENCE = List.of("spec.servers[", "spec.grants[");

    private static final ObjectMapper JSON = JsonMapper.builder().build();
    private static final StrictJson STRICT =
        new StrictJson(JsonLimits.REQUEST.withDocumentBytesMax(2 << 20)); // etcd holds less

    private Spec() {}

    private static JsonObject document(McpPolicySpec spec) throws MalformedJsonException {
      ObjectNode node = JSON.valueToTree(spec);
      node.remove(REFERENCES);
      try {
        return (JsonObject) STRICT.read(JSON.writeValueAsBytes(node));
      } catch (JsonProcessingException e) {
        throw new IllegalStateException("a tree of JSON can be written", e);
      }
    }
  }
}
