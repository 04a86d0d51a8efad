// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a container tool acts on: an object in the namespace of the server, or a container of its
 * engine.
 *
 * @param resource null for a kind that is known
 * @param name null for Pods alone
 * @param selector null for anything but Pods
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@ValidationRule(
    value =
        "self.kind == 'Pods' ? has(self.selector) && !has(self.name) : has(self.name) && !has(self.selector)",
    message = "state a selector for the kind Pods and a name for any other, never both")
@ValidationRule(
    value =
        "self.kind in ['Deployment', 'StatefulSet', 'InferenceService', 'Pods', 'Container'] ? !has(self.resource) : has(self.resource)",
    message =
        "state the resource (the plural) of any kind but Deployment, StatefulSet, InferenceService, Pods and Container, and of those none")
@ValidationRule(
    value =
        "self.kind in ['Deployment', 'StatefulSet'] ? self.apiVersion == 'apps/v1' : self.kind == 'InferenceService' ? self.apiVersion == 'serving.kserve.io/v1beta1' : self.kind == 'Pods' ? self.apiVersion == 'v1' : self.kind == 'Container' ? self.apiVersion == 'mcppolicy.dev/v1alpha1' : self.apiVersion.contains('/')",
    message =
        "the apiVersion is apps/v1 of a Deployment or StatefulSet, serving.kserve.io/v1beta1 of an InferenceService, v1 of Pods, mcppolicy.dev/v1alpha1 of a Container, and GROUP/VERSION of any other kind")
@ValidationRule(
    value =
        "!has(self.name) || (self.kind == 'Container' ? size(self.name) >= 2 && size(self.name) <= 128 : self.name.matches('^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$'))",
    messageExpression =
        "'`' + self.name + '` is no name that a ' + self.kind + ' can have: ' + (self.kind == 'Container' ? '2 to 128 letters, digits and `_.-`' : 'small letters, digits, `-` and `.`, with a letter or digit at both ends')")
public record TargetSpec(
    @Required
        @Size(min = 2, max = 317)
        @Pattern("^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?v[0-9][a-z0-9]{0,61}$")
        String apiVersion,
    @JsonPropertyDescription(
            "Deployment, StatefulSet, InferenceService (of KServe), Pods (those of a selector, without a controller), Container (of the engine in spec.docker), or any kind with a scale that the installation lets the operator grant.")
        @Required
        @Size(min = 1, max = 63)
        @Pattern("^[A-Z][A-Za-z0-9]*$")
        String kind,
    @JsonPropertyDescription("The plural of a kind that is not named above.")
        @Size(min = 1, max = 63)
        @Pattern("^[a-z]([-a-z0-9]*[a-z0-9])?$")
        @Nullable String resource,
    @JsonPropertyDescription("Of any kind but Pods.")
        @Size(min = 1, max = 253)
        @Pattern("^[a-zA-Z0-9][a-zA-Z0-9_.-]*$")
        @Nullable String name,
    @JsonPropertyDescription("Which Pods are meant.") @Nullable SelectorSpec selector,
    @JsonAnySetter @JsonAnyGetter Map<String, Object> unknown) {

  public TargetSpec {
    unknown = UnknownKeys.kept(unknown);
  }

  /** Which pods. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  @ValidationRule(
      value = "!('mcppolicy.dev/server' in self.matchLabels)",
      message = "pods of an McpServer are never the target of a tool")
  public record SelectorSpec(
      @JsonPropertyDescription("What they carry, all of it.") @Required
          Map<String, String> matchLabels,
      @JsonAnySetter @JsonAnyGetter Map<String, Object> unknown) {
    public SelectorSpec {
      matchLabels = matchLabels == null ? Map.of() : Map.copyOf(matchLabels);
      unknown = UnknownKeys.kept(unknown);
    }
  }

  /** How a target is acted on. */
  public enum Way {
    /** By its scale; the API server knows where its replicas stand. */
    SCALE,
    /** By KServe's own annotation. */
    STOP_ANNOTATION,
    /** By deleting pods. */
    DELETION,
    /** By the container engine of another machine; the API server knows nothing of it. */
    ENGINE
  }

  public Way way() {
    return switch (kind) {
      case "InferenceService" -> Way.STOP_ANNOTATION;
      case "Pods" -> Way.DELETION;
      case "Container" -> Way.ENGINE;
      default -> Way.SCALE;
    };
  }

  /** The group of the API, empty for the core. */
  public String group() {
    int slash = apiVersion.indexOf('/');
    return slash < 0 ? "" : apiVersion.substring(0, slash);
  }

  /** Whether its resource follows from its kind. */
  public boolean kindIsKnown() {
    return switch (kind) {
      case "Deployment", "StatefulSet", "InferenceService", "Pods", "Container" -> true;
      default -> false;
    };
  }

  /** The plural under which the API serves it; empty for what it does not serve. */
  public String plural() {
    return switch (kind) {
      case "Deployment" -> "deployments";
      case "StatefulSet" -> "statefulsets";
      case "InferenceService" -> "inferenceservices";
      case "Pods" -> "pods";
      case "Container" -> "";
      default -> Objects.requireNonNullElse(resource, "");
    };
  }
}
