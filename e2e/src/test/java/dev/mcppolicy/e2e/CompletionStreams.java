// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.e2e;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/** Streamed completions of clients of a model server, which a stop may cut. Closing waits. */
final class CompletionStreams implements AutoCloseable {
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final List<Future<Boolean>> streams;

  private CompletionStreams(URI url, int count, int words) {
    Callable<Boolean> stream = () -> isWhole(url, words);
    this.streams = IntStream.range(0, count).mapToObj(_ -> threads.submit(stream)).toList();
  }

  /** Begins so many streams, each of so many words. */
  static CompletionStreams begin(PortForward to, int count, int words) {
    return new CompletionStreams(
        URI.create("http://127.0.0.1:" + to.port() + "/v1/completions"), count, words);
  }

  private boolean isWhole(URI url, int words) throws IOException, InterruptedException {
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(url)
                .timeout(Duration.ofSeconds(60))
                .POST(
                    HttpRequest.BodyPublishers.ofString(
                        "{\"stream\":true,\"prompt\":\"" + "word ".repeat(words) + "\"}"))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    return answer.statusCode() == 200 && answer.body().endsWith("data: [DONE]\n\n");
  }

  /** How many came to their end, once none goes on. */
  long completed() throws InterruptedException {
    long whole = 0;
    for (Future<Boolean> stream : streams) {
      try {
        whole += stream.get() ? 1 : 0;
      } catch (ExecutionException cut) {
        assertTrue(cut.getCause() instanceof IOException, cut.toString());
      }
    }
    return whole;
  }

  @Override
  public void close() {
    threads.close();
    http.close();
  }
}
