// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mcppolicy.api.v1alpha1.ToolMapping;
import dev.mcppolicy.api.v1alpha1.UnknownKeys;
import dev.mcppolicy.api.v1alpha1.UnknownKeys.UnknownKey;
import dev.mcppolicy.engine.PolicyId;
import dev.mcppolicy.engine.document.PolicyDocument;
import dev.mcppolicy.engine.document.PolicyReader;
import dev.mcppolicy.engine.document.PolicyReading;
import dev.mcppolicy.engine.document.Problem;
import dev.mcppolicy.json.JsonText;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.operator.check.KnownTools;
import dev.mcppolicy.operator.check.PolicyCheck;
import dev.mcppolicy.operator.check.TestRun;
import dev.mcppolicy.operator.check.Warnings;
import dev.mcppolicy.operator.rights.GrantableRights;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Admits McpServers, McpPolicies and McpGrants as their readers understand them: every key known,
 * and a policy's document one that can be enforced. Every problem at once, and what may be a
 * mistake as warnings. What a schema can say is in the schema, which the API server checks first.
 */
final class ResourceAdmission implements Admission {
  private static final ObjectMapper JACKSON = new ObjectMapper();
  private static final Set<String> REFERENCES = Set.of("servers", "grants");
  private static final Optional<String> NOT_NAMED = Optional.empty();

  /** Of a policy that is not stored yet; tests do not look at it. */
  private static final long GENERATION = 1;

  private final TestRun tests;
  private final KnownMappings mappings;
  private final GrantableRights rights;

  ResourceAdmission(TestRun tests, KnownMappings mappings, GrantableRights rights) {
    this.tests = tests;
    this.mappings = mappings;
    this.rights = rights;
  }

  @Override
  public Verdict decide(AdmissionRequest request) {
    JsonObject resource = request.object();
    return switch (request.kind()) {
      case "McpPolicy" -> policy(request);
      case "McpServer" -> verdict(request, server(request));
      default ->
          verdict(
              request, unknownKeys(request.kind(), resource).map(UnknownKey::toString).toList());
    };
  }

  private static Verdict verdict(AdmissionRequest request, List<String> reasons) {
    return reasons.isEmpty()
        ? new Verdict.Allowed()
        : new Verdict.Denied(request.kind() + " `" + name(request) + "`", reasons);
  }

  private Verdict policy(AdmissionRequest request) {
    var reasons = new ArrayList<String>();
    // The document's own keys are for its reader, which knows more of them than the schema.
    unknownKeys("McpPolicy", request.object())
        .filter(
            key -> REFERENCES.stream().anyMatch(at -> key.place().startsWith("spec." + at + "[")))
        .forEach(key -> reasons.add(key.toString()));
    JsonObject spec = request.object().object("spec").orElse(JsonObject.EMPTY);
    return switch (PolicyReader.read(spec, REFERENCES)) {
      case PolicyReading.Invalid(List<Problem> problems) -> {
        problems.forEach(
            problem -> reasons.add(PolicyCheck.place(problem.path()) + problem.message()));
        yield verdict(request, reasons);
      }
      case PolicyReading.Valid(PolicyDocument document) ->
          reasons.isEmpty()
              ? new Verdict.Allowed(warnings(request, document))
              : verdict(request, reasons);
    };
  }

  /** A policy whose tests fail is let in: the one before stays in force, and its status says so. */
  private List<String> warnings(AdmissionRequest request, PolicyDocument document) {
    var warnings = new ArrayList<String>();
    if (!document.tests().isEmpty()) {
      List<String> failures =
          tests.failures(document, new PolicyId(request.namespace(), name(request), GENERATION));
      if (!failures.isEmpty()) {
        warnings.add(
            failures.size()
                + " of its "
                + document.tests().size()
                + " tests fail: this version is not used, the one before stays in force");
        warnings.addAll(failures);
      }
    }
    warnings.addAll(Warnings.of(document, KnownTools.of(mappings(request))));
    return warnings;
  }

  private List<Optional<ToolMapping>> mappings(AdmissionRequest request) {
    return request
        .object()
        .object("spec")
        .flatMap(spec -> spec.array("servers"))
        .map(JsonArray::elements)
        .orElse(List.of())
        .stream()
        .map(server -> server instanceof JsonObject named ? named.string("name") : NOT_NAMED)
        .map(server -> server.flatMap(named -> mappings.find(request.namespace(), named)))
        .toList();
  }

  private static String name(AdmissionRequest request) {
    return request.object().object("metadata").flatMap(meta -> meta.string("name")).orElse("");
  }

  private List<String> server(AdmissionRequest request) {
    JsonObject server = request.object();
    var reasons =
        new ArrayList<>(unknownKeys("McpServer", server).map(UnknownKey::toString).toList());
    JsonObject spec = server.object("spec").orElse(JsonObject.EMPTY);
    if (!request.before().flatMap(before -> before.object("spec")).equals(Optional.of(spec))) {
      reasons.addAll(new Targets(spec).problems(rights)); // who only takes a finalizer away may
    }
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
