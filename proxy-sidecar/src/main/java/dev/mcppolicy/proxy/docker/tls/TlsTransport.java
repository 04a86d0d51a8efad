// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.docker.tls;

import dev.mcppolicy.proxy.docker.EngineTransport;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * An address, over TLS. The certificate is read when it is needed, kept for a minute at most, and
 * read anew when a handshake fails.
 *
 * <p>No redirect is followed, no proxy used, no cookie kept; a redirect is an answer like any
 * other.
 */
public final class TlsTransport implements EngineTransport {
  private static final int CONNECTIONS_MAX = 32;
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration KEPT_FOR = Duration.ofMinutes(1);

  private final URI endpoint;
  private final String secretName;
  private final CertificateSource certificates;
  private final InstantSource clock;
  private final Semaphore connections = new Semaphore(CONNECTIONS_MAX, true);
  private final ReentrantLock reading = new ReentrantLock();
  private @Nullable Kept kept; // read and written under the lock

  /** A client and what it was made of. */
  private record Kept(ClientCertificate certificate, HttpClient client, Instant readAt) {}

  /**
   * @param endpoint {@code https://HOST:PORT}
   * @param secretName what the source is asked for
   */
  public TlsTransport(
      URI endpoint, String secretName, CertificateSource certificates, InstantSource clock) {
    if (!"https".equals(endpoint.getScheme())) {
      throw new IllegalArgumentException("`" + endpoint + "` is not reached over TLS");
    }
    this.endpoint = endpoint;
    this.secretName = secretName;
    this.certificates = certificates;
    this.clock = clock;
  }

  @Override
  public String where() {
    return endpoint.toString();
  }

  @Override
  public Answer send(String method, String path) throws IOException {
    acquire();
    boolean isAnswered = false;
    try {
      HttpResponse<InputStream> response = exchange(method, path);
      isAnswered = true;
      return new TlsAnswer(response.statusCode(), response.body(), connections);
    } finally {
      if (!isAnswered) {
        connections.release();
      }
    }
  }

  private HttpResponse<InputStream> exchange(String method, String path) throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(endpoint + path))
            .method(method, HttpRequest.BodyPublishers.noBody())
            .header("User-Agent", "mcp-policy-proxy")
            .build();
    HttpClient client = client(null);
    try {
      return once(client, request);
    } catch (IOException e) {
      if (!TlsFaults.isOfTls(e)) {
        throw fault(e);
      }
      HttpClient other = client(client);
      if (other.equals(client) || !method.equals("GET")) {
        throw fault(e);
      }
      try {
        return once(other, request);
      } catch (IOException again) {
        throw fault(again);
      }
    }
  }

  private static HttpResponse<InputStream> once(HttpClient client, HttpRequest request)
      throws IOException {
    try {
      return client.send(request, BodyHandlers.ofInputStream());
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private IOException fault(IOException e) {
    if (e instanceof InterruptedIOException) {
      return e;
    }
    String why = TlsFaults.why(e, endpoint.getHost());
    return TlsFaults.isBeforeTheRequest(e)
        ? new NotSentException(why, e)
        : new NoAnswerException(why, e);
  }

  /**
   * The client of the certificate as it is now, the same one while that is the same.
   *
   * @param failed one whose handshake failed: then the certificate is read whatever its age
   */
  private HttpClient client(@Nullable HttpClient failed) throws IOException {
    try {
      reading.lockInterruptibly();
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
    try {
      Kept now = kept;
      Instant time = clock.instant();
      if (now != null && !now.client().equals(failed) && isFresh(now, time)) {
        return now.client();
      }
      kept = null; // what cannot be read any more is not used any more
      Kept next = read(now, time);
      kept = next;
      return next.client();
    } finally {
      reading.unlock();
    }
  }

  private static boolean isFresh(Kept kept, Instant time) {
    return !time.isBefore(kept.readAt()) && time.isBefore(kept.readAt().plus(KEPT_FOR));
  }

  private Kept read(@Nullable Kept before, Instant time) throws NotSentException {
    ClientCertificate certificate =
        switch (certificates.read(secretName)) {
          case CertificateSource.Reading.Read(ClientCertificate found) -> found;
          case CertificateSource.Reading.Not(String why) -> throw new NotSentException(why);
        };
    if (before != null && before.certificate().equals(certificate)) {
      return new Kept(certificate, before.client(), time);
    }
    try {
      // the client before ends by itself, with the last act that uses it
      return new Kept(certificate, client(certificate, time), time);
    } catch (UnusableCertificateException e) {
      throw new NotSentException("Secret `%s`: %s".formatted(secretName, e.getMessage()), e);
    }
  }

  private static HttpClient client(ClientCertificate certificate, Instant time)
      throws UnusableCertificateException {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .followRedirects(HttpClient.Redirect.NEVER)
        .proxy(HttpClient.Builder.NO_PROXY)
        .connectTimeout(CONNECT_TIMEOUT)
        .sslContext(ClientTls.context(certificate, time))
        .sslParameters(ClientTls.parameters())
        .executor(Executors.newVirtualThreadPerTaskExecutor())
        .build();
  }

  private void acquire() throws IOException {
    try {
      connections.acquire();
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static InterruptedIOException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    var interrupted = new InterruptedIOException("interrupted");
    interrupted.initCause(e);
    return interrupted;
  }

  private record TlsAnswer(
      int status, InputStream body, Semaphore connections, AtomicBoolean isClosed)
      implements Answer {
    TlsAnswer(int status, InputStream body, Semaphore connections) {
      this(status, body, connections, new AtomicBoolean());
    }

    @Override
    public void close() throws IOException {
      try (body) {
        if (isClosed.compareAndSet(false, true)) {
          connections.release();
        }
      }
    }
  }

  @Override
  public void close() {
    reading.lock();
    try {
      if (kept != null) {
        kept.client().shutdownNow();
        kept = null;
      }
    } finally {
      reading.unlock();
    }
  }
}
