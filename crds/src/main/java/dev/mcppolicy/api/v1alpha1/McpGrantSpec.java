// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
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
    @JsonPropertyDescription("From then on the grant is no longer accepted.") @Pattern(EXPIRES_AT)
        @Nullable ZonedDateTime expiresAt,
    @JsonAnySetter @JsonAnyGetter Map<String, Object> unknown) {

  /**
   * What Java reads of RFC 3339: the format {@code date-time} of the API server lets through more,
   * e.g. ten digits of a second, and an object that cannot be read stops a watch of all.
   */
  private static final String EXPIRES_AT =
      "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,9})?(Z|[+-](0[0-9]|1[0-7]):[0-5][0-9])$";

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
