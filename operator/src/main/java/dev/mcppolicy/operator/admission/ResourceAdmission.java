// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mcppolicy.api.v1alpha1.UnknownKeys;
import dev.mcppolicy.api.v1alpha1.UnknownKeys.UnknownKey;
import dev.mcppolicy.engine.document.PolicyReader;
import dev.mcppolicy.engine.document.PolicyReading;
import dev.mcppolicy.engine.document.Problem;
import dev.mcppolicy.json.JsonText;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Admits McpServers, McpPolicies and McpGrants as their readers understand them: every key known,
 * and a policy's document one that can be enforced. Every problem at once. What a schema can say is
 * in the schema, which the API server checks first.
 */
final class ResourceAdmission implements Admission {
  private static final ObjectMapper JACKSON = new ObjectMapper();
  private static final Set<String> REFERENCES = Set.of("servers", "grants");

  @Override
  public Verdict decide(AdmissionRequest request) {
    JsonObject resource = request.object();
    List<String> reasons =
        switch (request.kind()) {
          case "McpPolicy" -> policy(resource);
          case "McpServer" -> server(resource);
          default -> unknownKeys(request.kind(), resource).map(UnknownKey::toString).toList();
        };
    String name = resource.object("metadata").flatMap(meta -> meta.string("name")).orElse("");
    return reasons.isEmpty()
        ? new Verdict.Allowed()
        : new Verdict.Denied(request.kind() + " `" + name + "`", reasons);
  }

  private static List<String> policy(JsonObject policy) {
    var reasons = new ArrayList<String>();
    // The document's own keys are for its reader, which knows more of them than the schema.
    unknownKeys("McpPolicy", policy)
        .filter(
            key -> REFERENCES.stream().anyMatch(at -> key.place().startsWith("spec." + at + "[")))
        .forEach(key -> reasons.add(key.toString()));
    JsonObject spec = policy.object("spec").orElse(JsonObject.EMPTY);
    switch (PolicyReader.read(spec, REFERENCES)) {
      case PolicyReading.Valid _ -> {}
      case PolicyReading.Invalid(List<Problem> problems) ->
          problems.forEach(
              problem ->
                  reasons.add((problem.path().isEmpty() ? "spec: " : "spec.") + problem.text()));
    }
    return reasons;
  }

  private static List<String> server(JsonObject server) {
    var reasons =
        new ArrayList<>(unknownKeys("McpServer", server).map(UnknownKey::toString).toList());
    JsonObject spec = server.object("spec").orElse(JsonObject.EMPTY);
    boolean statesCommand =
        spec.object("transport")
            .flatMap(transport -> transport.object("stdio"))
            .flatMap(stdio -> stdio.array("command"))
            .filter(command -> !command.equals(JsonArray.EMPTY))
            .isPresent();
    if (spec.has("deployment") && !statesCommand) {
      reasons.add(
          "spec.transport.stdio.command: missing, but with spec.deployment the operator makes the"
              + " pod, and what its image would run is unknown; state the command of the server");
    }
    return reasons;
  }

  private static Stream<UnknownKey> unknownKeys(String kind, JsonObject resource) {
    return UnknownKeys.of(kind, tree(resource)).stream();
  }

  private static JsonNode tree(JsonObject resource) {
    try {
      return JACKSON.readTree(JsonText.bytes(resource));
    } catch (IOException impossible) { // it was read as JSON before
      throw new UncheckedIOException(impossible);
    }
  }
}
