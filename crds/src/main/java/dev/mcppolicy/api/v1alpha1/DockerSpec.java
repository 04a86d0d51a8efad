// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.Map;

/**
 * The container engine of another machine, on which targets of the kind Container run.
 *
 * @param requiredLabels an empty value stands for any
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record DockerSpec(
    @JsonPropertyDescription(
            "Where it answers, over TLS: https, a host and a port. The installation lists the endpoints that may be named.")
        @Required
        @Size(min = 11, max = 267)
        @ValidationRule(
            value = "self.startsWith('https://')",
            messageExpression =
                "'`' + (self.contains('@') ? self.split('@')[1] : self) + '` does not begin with https://: an engine is reached over TLS alone, never by http, by tcp or through a socket'")
        @ValidationRule(
            value = "!self.contains('@')",
            message =
                "holds user info: leave it out, the client certificate in tlsSecretName says who asks")
        @ValidationRule(
            value =
                "!self.startsWith('https://') || self.contains('@') || self.matches('^https://([a-z0-9]([-a-z0-9.]*[a-z0-9])?|\\\\[[0-9a-f:.]+\\\\]):([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])$')",
            messageExpression =
                "'`' + self + '` is not https://HOST:PORT, in small letters, the port written out and nothing behind it, such as https://gpu-box.example.com:2376'")
        String endpoint,
    @JsonPropertyDescription(
            "The Secret of the same namespace with ca.crt, tls.crt and tls.key in PEM: whom to trust, and who asks.")
        @Required
        @Size(min = 1, max = 253)
        @Pattern("^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$")
        String tlsSecretName,
    @JsonPropertyDescription(
            "What a container must carry, all of it; one without is left alone. An empty value stands for any.")
        @Required
        Map<String, String> requiredLabels,
    @JsonPropertyDescription("Whether a container is removed when a caller asks for it.")
        @Default("false")
        Boolean allowRemove,
    @JsonAnySetter @JsonAnyGetter Map<String, Object> unknown) {

  public DockerSpec {
    requiredLabels = requiredLabels == null ? Map.of() : Map.copyOf(requiredLabels);
    allowRemove = allowRemove != null && allowRemove;
    unknown = UnknownKeys.kept(unknown);
  }

  /** Host and port, as the installation lists what may be named. */
  public String hostAndPort() {
    return endpoint.replaceFirst("^https://", "");
  }
}
