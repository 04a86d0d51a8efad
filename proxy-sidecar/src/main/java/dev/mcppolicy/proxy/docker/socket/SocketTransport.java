// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.docker.socket;

import com.github.dockerjava.transport.DockerHttpClient;
import com.github.dockerjava.transport.DockerHttpClient.Request;
import com.github.dockerjava.transport.DockerHttpClient.Response;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import dev.mcppolicy.proxy.docker.EngineTransport;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A socket of this machine. Reading it on the JDK's channels ends when the thread is interrupted.
 */
public final class SocketTransport implements EngineTransport {
  private static final int CONNECTIONS_MAX = 32;
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

  private final Path socket;
  private final DockerHttpClient client;

  public SocketTransport(Path socket) {
    this.socket = socket;
    this.client =
        new ZerodepDockerHttpClient.Builder()
            .dockerHost(URI.create("unix://" + socket.toAbsolutePath()))
            .maxConnections(CONNECTIONS_MAX)
            .connectionTimeout(CONNECT_TIMEOUT)
            .build();
  }

  @Override
  public String where() {
    return socket.toString();
  }

  @Override
  public Answer send(String method, String path) throws IOException {
    Response response = client.execute(Request.builder().method(method).path(path).build());
    return new SocketAnswer(response, response.getBody());
  }

  private record SocketAnswer(Response response, InputStream body) implements Answer {
    @Override
    public int status() {
      return response.getStatusCode();
    }

    @Override
    public void close() throws IOException {
      try (response;
          body) {} // both, whatever the other does
    }
  }

  @Override
  public void close() {
    try {
      client.close();
    } catch (IOException e) {
      throw new IllegalStateException("the connections to the engine could not be closed", e);
    }
  }
}
