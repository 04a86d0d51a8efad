// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.Map;

/** The name of an object of the same namespace; there is no field for another one. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Reference(
    @Required @Size(min = 1, max = 253) String name,
    @JsonAnySetter @JsonAnyGetter Map<String, Object> unknown) {

  public Reference {
    unknown = UnknownKeys.kept(unknown);
  }
}
