// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.cli;

import dev.mcppolicy.engine.Grant;
import dev.mcppolicy.engine.document.DocumentLines;
import dev.mcppolicy.engine.document.Wording;
import dev.mcppolicy.json.JsonLimits;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.json.MalformedJsonException;
import dev.mcppolicy.json.StrictJson;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The grants of one server and the policies that are for it, as a cluster has them now. Policies go
 * through the same reader as files.
 *
 * @param expired names of grants whose time is over, with the moment
 * @param unreadable what is wrong with policies that cannot be used
 * @param problems a server that does not exist
 */
record ClusterObjects(
    List<Grant> grants,
    Map<String, Instant> expired,
    List<SourceEntry.Policy> policies,
    List<String> unreadable,
    List<String> problems) {
  private static final String GROUP = "mcppolicy.dev";
  private static final String VERSION = "v1alpha1";
  private static final StrictJson JSON = new StrictJson(JsonLimits.RESPONSE);

  ClusterObjects {
    grants = List.copyOf(grants);
    expired = Map.copyOf(expired);
    policies = List.copyOf(policies);
    unreadable = List.copyOf(unreadable);
    problems = List.copyOf(problems);
  }

  /**
   * @param namespace null: that of the context
   * @param context null: the current one, or the pod's own rights inside a cluster
   * @throws IOException when the cluster does not answer; the message is for a person
   */
  static ClusterObjects read(
      String server, @Nullable String namespace, @Nullable String context, Instant now)
      throws IOException {
    try (KubernetesClient client =
        new KubernetesClientBuilder().withConfig(Config.autoConfigure(context)).build()) {
      String in = namespace != null ? namespace : client.getNamespace();
      return read(client, server, in == null ? "default" : in, now);
    } catch (KubernetesClientException e) {
      throw new IOException(
          e.getCode() == 404
              ? "the cluster has no resources of " + GROUP + "; is the operator installed?"
              : "the cluster cannot be asked: " + e.getMessage(),
          e);
    }
  }

  private static ClusterObjects read(
      KubernetesClient client, String server, String namespace, Instant now) throws IOException {
    var grants = new TreeMap<String, Grant>();
    var expired = new TreeMap<String, Instant>();
    var policies = new ArrayList<SourceEntry.Policy>();
    var unreadable = new ArrayList<String>();
    var problems = new ArrayList<String>();
    boolean exists =
        objects(client, "McpServer", "mcpservers", namespace).stream()
            .anyMatch(of -> of.getMetadata().getName().equals(server));
    if (!exists) {
      problems.add(
          "there is no McpServer " + Wording.quoted(server) + " in the namespace " + namespace);
    }
    for (GenericKubernetesResource grant : objects(client, "McpGrant", "mcpgrants", namespace)) {
      String of =
          json(grant)
              .object("spec")
              .flatMap(spec -> spec.object("server"))
              .flatMap(reference -> reference.string("name"))
              .orElse("");
      if (of.equals(server)) {
        Map<String, String> labels = grant.getMetadata().getLabels();
        String name = grant.getMetadata().getName();
        grants.put(name, new Grant(name, labels == null ? Map.of() : labels));
        expiry(grant).filter(end -> !end.isAfter(now)).ifPresent(end -> expired.put(name, end));
      }
    }
    for (GenericKubernetesResource policy :
        objects(client, Manifest.KIND, "mcppolicies", namespace)) {
      String name = Manifest.KIND + " " + policy.getMetadata().getName();
      switch (Manifest.read(name, json(policy), "", List.of(), DocumentLines.of(""))) {
        case SourceEntry.Policy read -> {
          if (read.servers().map(names -> names.contains(server)).orElse(false)) {
            policies.add(read);
          }
        }
        case SourceEntry.Wrong wrong ->
            wrong.problems().forEach(problem -> unreadable.add(name + ": " + problem.text()));
        case SourceEntry.Skipped _ -> {}
      }
    }
    policies.sort(Comparator.comparing(SourceEntry.Policy::id));
    return new ClusterObjects(
        List.copyOf(grants.values()), expired, policies, unreadable, problems);
  }

  /** The API server has checked the form; what it let through otherwise ends nothing here. */
  private static Optional<Instant> expiry(GenericKubernetesResource grant) throws IOException {
    Optional<String> written = json(grant).object("spec").flatMap(spec -> spec.string("expiresAt"));
    try {
      return written.map(text -> OffsetDateTime.parse(text).toInstant());
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  /**
   * @param plural as the API server names the kind in paths
   */
  private static List<GenericKubernetesResource> objects(
      KubernetesClient client, String kind, String plural, String namespace) {
    var definition =
        new ResourceDefinitionContext.Builder()
            .withGroup(GROUP)
            .withVersion(VERSION)
            .withKind(kind)
            .withPlural(plural)
            .withNamespaced(true)
            .build();
    return client.genericKubernetesResources(definition).inNamespace(namespace).list().getItems();
  }

  private static JsonObject json(GenericKubernetesResource resource) throws IOException {
    try {
      return (JsonObject)
          JSON.read(Serialization.asJson(resource).getBytes(StandardCharsets.UTF_8));
    } catch (MalformedJsonException e) {
      throw new IOException(resource.getMetadata().getName() + " cannot be read", e);
    }
  }
}
