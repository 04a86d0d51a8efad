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
import java.util.List;
import java.util.Map;

/** How the sidecar reaches the MCP server. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record TransportSpec(
    @JsonPropertyDescription("The MCP server speaks on standard input and output.") @Required
        StdioSpec stdio,
    @JsonAnySetter @JsonAnyGetter Map<String, Object> unknown) {

  public TransportSpec {
    unknown = UnknownKeys.kept(unknown);
  }

  /**
   * An MCP server on standard input and output.
   *
   * @param command empty: the container of the pod states it
   */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record StdioSpec(
      @JsonPropertyDescription("The container that runs the MCP server.")
          @Default("server")
          @Size(min = 1, max = 63)
          @Pattern("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")
          String container,
      @JsonPropertyDescription(
              "The command that starts it. Required when the pod states none, because the entry point of an image is unknown on admission.")
          @Size(max = 64)
          List<@Size(max = 4096) String> command,
      @JsonAnySetter @JsonAnyGetter Map<String, Object> unknown) {

    public StdioSpec {
      container = container == null ? "server" : container;
      command = command == null ? List.of() : List.copyOf(command);
      unknown = UnknownKeys.kept(unknown);
    }
  }
}
