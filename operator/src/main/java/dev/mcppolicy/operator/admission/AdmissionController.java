// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.admission;

import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import jakarta.inject.Named;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The two webhooks over HTTP, bytes in and bytes out. What goes wrong here denies: the answer says
 * so where the request could be read, and is an HTTP error, which the API server takes as a denial,
 * where it could not.
 */
@Controller
@ExecuteOn(TaskExecutors.BLOCKING)
final class AdmissionController {
  private static final Logger LOG = LoggerFactory.getLogger(AdmissionController.class);

  private final Admission pods;
  private final Admission resources;

  AdmissionController(@Named("pods") Admission pods, @Named("resources") Admission resources) {
    this.pods = pods;
    this.resources = resources;
  }

  @Post(uri = "/mutate-pods", consumes = MediaType.ALL, produces = MediaType.APPLICATION_JSON)
  HttpResponse<byte[]> mutatePods(@Body byte[] review) {
    return answer(review, pods);
  }

  @Post(uri = "/validate", consumes = MediaType.ALL, produces = MediaType.APPLICATION_JSON)
  HttpResponse<byte[]> validate(@Body byte[] review) {
    return answer(review, resources);
  }

  private static HttpResponse<byte[]> answer(byte[] review, Admission admission) {
    AdmissionRequest request;
    try {
      request = AdmissionReviews.read(review);
    } catch (UnreadableReviewException unreadable) {
      return HttpResponse.<byte[]>badRequest()
          .contentType(MediaType.TEXT_PLAIN_TYPE)
          .body(String.valueOf(unreadable.getMessage()).getBytes(StandardCharsets.UTF_8));
    }
    return HttpResponse.ok(AdmissionReviews.write(request.uid(), verdict(request, admission)));
  }

  private static Verdict verdict(AdmissionRequest request, Admission admission) {
    try {
      return admission.decide(request);
    } catch (RuntimeException failure) { // whatever it is, nothing unguarded may start
      LOG.error(
          "admission of a {} in namespace {} failed", request.kind(), request.namespace(), failure);
      return new Verdict.Denied(
          request.kind() + " in namespace `" + request.namespace() + "`",
          List.of(
              "the operator could not decide ("
                  + failure.getClass().getSimpleName()
                  + "); try again, and see the operator's log if it stays so"));
    }
  }
}
