// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.admission;

import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.server.exceptions.response.Error;
import io.micronaut.http.server.exceptions.response.ErrorContext;
import io.micronaut.http.server.exceptions.response.ErrorResponseProcessor;
import jakarta.inject.Singleton;
import java.util.stream.Collectors;

/** Errors of the HTTP layer as plain text, because there is no JSON binding here. */
@Singleton
final class PlainErrors implements ErrorResponseProcessor<String> {

  @Override
  public MutableHttpResponse<String> processResponse(
      ErrorContext context, MutableHttpResponse<?> response) {
    String text =
        context.getErrors().stream().map(Error::getMessage).collect(Collectors.joining("\n"));
    return response.contentType(MediaType.TEXT_PLAIN_TYPE).body(text);
  }
}
