// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A server, and how the caller proves the grant.
 *
 * @param expiresAt null: it does not end by itself
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record McpGrantSpec(
    @JsonPropertyDescription("The server that may be used.") @Required Reference server,
    @JsonPropertyDescription("How the caller proves the grant.") @Required Identity identity,
    @JsonPropertyDescription("From then on the grant is no longer accepted.")
        @Nullable ZonedDateTime expiresAt,
    @JsonAnySetter @JsonAnyGetter Map<String, Object> unknown) {

  public McpGrantSpec {
    unknown = UnknownKeys.kept(unknown);
  }

  /** When the grant ends, if it does. */
  public Optional<Instant> expiresAtInstant() {
    return expiresAt == null ? Optional.empty() : Optional.of(expiresAt.toInstant());
  }

  /** How the caller proves the grant. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Identity(
      @JsonPropertyDescription("A static token: Authorization: Bearer …") @Required Bearer bearer,
      @JsonAnySetter @JsonAnyGetter Map<String, Object> unknown) {
    public Identity {
      unknown = UnknownKeys.kept(unknown);
    }
  }

  /**
   * A static token.
   *
   * @param secretName null: the operator makes the Secret
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Bearer(
      @JsonPropertyDescription(
              "A Secret of your own with the key token and the label mcppolicy.dev/grant. Absent: the operator makes one.")
          @Size(min = 1, max = 253)
          @Nullable String secretName,
      @JsonAnySetter @JsonAnyGetter Map<String, Object> unknown) {
    public Bearer {
      unknown = UnknownKeys.kept(unknown);
    }
  }
}
