// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.json.JsonLimits;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.json.StrictJson;
import dev.mcppolicy.operator.certificate.CertificateAuthority;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The webhooks as the API server calls them: over TLS, with the certificate of the authority. */
final class WebhookHttpTest {
  private static final StrictJson JSON = new StrictJson(JsonLimits.REQUEST);
  private static final String SERVERS = "/apis/mcppolicy.dev/v1alpha1/mcpservers";
  private static final String CONFIGURATIONS = "/apis/admissionregistration.k8s.io/v1/";

  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.now().minus(Duration.ofDays(62)));
  private final InstantSource clock = now::get;
  private final CertificateAuthority authority = CertificateAuthority.create(clock);
  private FakeApiServer api;
  private ApplicationContext context;
  private int port;
  private HttpClient http;

  @BeforeEach
  void serve() throws Exception {
    api = new FakeApiServer();
    String vllm =
        """
        {"apiVersion":"mcppolicy.dev/v1alpha1","kind":"McpServer","metadata":{"name":"%s","namespace":"inference","resourceVersion":"1"},
         "spec":{"transport":{"stdio":{"container":"server","command":["vllm-mcp-server"]}}}}
        """;
    api.objects.put(
        SERVERS,
        """
        {"apiVersion":"mcppolicy.dev/v1alpha1","kind":"McpServerList","metadata":{"resourceVersion":"1"},"items":[%s]}
        """
            .formatted(vllm.formatted("vllm")));
    // asked for by name while the list is not there yet
    for (String name : List.of("vllm", "young")) {
      api.objects.put(
          "/apis/mcppolicy.dev/v1alpha1/namespaces/inference/mcpservers/" + name,
          vllm.formatted(name));
    }
    api.objects.put(
        "/apis/mcppolicy.dev/v1alpha1/namespaces/inference/mcpservers/broken", "{\"kind\":");
    for (String kind : List.of("Mutating", "Validating")) {
      String name = kind.toLowerCase(Locale.ROOT);
      api.objects.put(
          CONFIGURATIONS + name + "webhookconfigurations/" + name,
          """
          {"apiVersion":"admissionregistration.k8s.io/v1","kind":"%sWebhookConfiguration","metadata":{"name":"%s"},
           "webhooks":[{"name":"a.mcppolicy.dev","clientConfig":{"service":{"name":"s","namespace":"n"}}}]}
          """
              .formatted(kind, name));
    }
    context =
        ApplicationContext.builder()
            .properties(
                Map.of(
                    "micronaut.server.ssl.port", -1,
                    "mcp-policy.admission.namespace", "operators",
                    "mcp-policy.admission.service", "mcp-policy-operator",
                    "mcp-policy.admission.mutating-webhook", "mutating",
                    "mcp-policy.admission.validating-webhook", "validating",
                    "mcp-policy.rights.docker-endpoints", "gpu-box:2376",
                    "mcp-policy.sidecar.image", "registry.example.org/proxy:1",
                    "mcp-policy.sidecar.pull-policy", "Always",
                    "mcp-policy.sidecar.user-id", 64207,
                    "mcp-policy.sidecar.resources", "{\"limits\":{\"memory\":\"192Mi\"}}"))
            .build();
    context.registerSingleton(KubernetesClient.class, api.client());
    context.registerSingleton(CertificateAuthority.class, authority);
    context.registerSingleton(InstantSource.class, clock);
    context.start();
    port = context.getBean(EmbeddedServer.class).start().getPort();
    http = HttpClient.newBuilder().sslContext(trusting(authority.certificatePem(), true)).build();
  }

  @AfterEach
  void stop() {
    http.close();
    context.close();
    api.close();
  }

  @Test
  void answersAPodWithAPatchUnderTheSameUid() throws Exception {
    JsonObject response = response("/mutate-pods", pod("vllm"));
    assertEquals(Optional.of("705ab4f5-6393-11e8-b7cc-42010a800002"), response.string("uid"));
    assertEquals(Optional.of("JSONPatch"), response.string("patchType"));
    var patch =
        (JsonArray) JSON.read(Base64.getDecoder().decode(response.string("patch").orElseThrow()));
    assertTrue(
        patch.elements().stream()
            .anyMatch(
                each ->
                    ((JsonObject) each).string("path").equals(Optional.of("/spec/initContainers"))),
        patch::toString);
  }

  @Test
  void deniesWithTheReason() throws Exception {
    JsonObject response = response("/mutate-pods", pod("nobody"));
    assertTrue(
        response
            .object("status")
            .flatMap(status -> status.string("message"))
            .orElse("")
            .startsWith(
                "a pod of McpServer `nobody` is refused: metadata.labels[mcppolicy.dev/server]:"),
        response::toString);
  }

  @Test
  void deniesWhenItCannotDecide() throws Exception { // T109
    assertTrue(response("/mutate-pods", pod("broken")).toString().contains("could not decide"));
  }

  @Test
  void refusesABodyThatIsNoReview() throws Exception {
    for (String body : List.of("", "{", "[]", "{\"kind\":\"Pod\"}", "{}")) {
      assertEquals(400, post("/mutate-pods", body).statusCode(), body);
      assertEquals(400, post("/validate", body).statusCode(), body);
    }
  }

  @Test
  void refusesABodyOverThreeMebibytes() throws Exception { // T110
    HttpResponse<String> large = post("/mutate-pods", pod("vllm") + " ".repeat(3 << 20));
    assertEquals(413, large.statusCode(), large::body);
  }

  @Test
  void asksForAServerThatTheWatchHasNotBroughtYet() throws Exception {
    assertEquals(
        Optional.of("JSONPatch"), response("/mutate-pods", pod("young")).string("patchType"));
  }

  @Test
  void writesTheAuthorityAndNothingElseIntoBothConfigurations() throws Exception {
    Set<String> paths = new TreeSet<>();
    for (int i = 0; i < 2; i++) {
      FakeApiServer.Change change =
          Objects.requireNonNull(api.changes.poll(20, TimeUnit.SECONDS), "no change came");
      assertEquals("PATCH", change.method());
      assertTrue(change.query().contains("fieldManager=mcp-policy-operator-ca"), change.query());
      JsonObject applied = (JsonObject) JSON.read(change.body().getBytes(StandardCharsets.UTF_8));
      String bundle =
          Base64.getEncoder()
              .encodeToString(authority.certificatePem().getBytes(StandardCharsets.UTF_8));
      assertEquals(
          JSON.read(
              """
              [{"name":"a.mcppolicy.dev","clientConfig":{"caBundle":"%s"}}]
              """
                  .formatted(bundle)
                  .getBytes(StandardCharsets.UTF_8)),
          applied.array("webhooks").orElseThrow());
      paths.add(change.path().substring(change.path().lastIndexOf('/') + 1));
    }
    assertEquals(Set.of("mutating", "validating"), paths);
  }

  @Test
  void isLiveAtOnceAndReadyOnceTrusted() throws Exception {
    assertEquals(200, get("/live").statusCode());
    while (get("/ready").statusCode() != 200) {
      Thread.onSpinWait();
    }
  }

  @Test
  void answersOtherPathsWithPlainText() throws Exception {
    assertEquals(404, get("/metrics").statusCode());
    assertEquals(405, get("/validate").statusCode());
  }

  @Test
  void validatesPolicies() throws Exception {
    String message =
        response(
                "/validate",
                review(
                    "McpPolicy",
                    """
                    {"metadata":{"name":"p"},"spec":{"servers":[{"name":"vllm","nmae":"x"}],"version":"1","defualt":"deny",
                     "tools":{"stop_vllm":{"limits":[{"counter":"c","windw":"minute","max":1}]}}}}
                    """))
            .toString();
    assertTrue(message.contains("spec.servers[0].nmae: unknown key"), message);
    assertTrue(message.contains("spec.defualt"), message);
    assertTrue(message.contains("windw"), message);
  }

  /** T122: what the operator cannot grant is refused with the value of the chart that gives it. */
  @Test
  void refusesTargetsThatTheInstallationMayNotGive() throws Exception {
    String spec =
        """
        {"transport":{"stdio":{}},"capabilities":["DeletePods"],
         "workloads":[{"name":"a","target":{"apiVersion":"x.example/v1","kind":"Set","resource":"sets","name":"s"}},
                      {"name":"b","target":{"apiVersion":"serving.kserve.io/v1beta1","kind":"InferenceService","name":"i"}},
                      {"name":"c","target":{"apiVersion":"v1","kind":"Pods","selector":{"matchLabels":{"a b":"x"}}}},
                      {"name":"d","target":{"apiVersion":"apps/v1","kind":"Deployment","name":"d"}},
                      {"name":"e","target":{"apiVersion":"apps/v1","kind":"Deployment","name":"e"},"pauseScaledObject":"so"}]}
        """;
    String message = response("/validate", review("McpServer", server(spec))).toString();
    assertTrue(
        message.contains("spec.workloads[0].target: ")
            && message.contains("add `{group: x.example, resource: sets}`"),
        message);
    assertTrue(message.contains("chart value `inferenceServices: true`"), message);
    assertTrue(message.contains("chart value `capabilities.deletePods: true`"), message);
    assertTrue(
        message.contains("spec.workloads[2].target.selector.matchLabels: has a key"), message);
    assertFalse(message.contains("workloads[3]"), message);
    assertTrue(
        message.contains("spec.workloads[4].pauseScaledObject: ")
            && message.contains("chart value `contested.keda.pause: true`"),
        message);
  }

  /** T125: with every problem at once, and how it can be given. */
  @Test
  void refusesAnEngineThatTheInstallationDoesNotList() throws Exception {
    String spec =
        """
        {"transport":{"stdio":{}},"toolMaping":"none",
         "docker":{"endpoint":"https://a..b:2376","tlsSecretName":"s","requiredLabels":{"a b":"x","ok":""}},
         "workloads":[{"name":"a","target":{"apiVersion":"mcppolicy.dev/v1alpha1","kind":"Container","name":"c"}}]}
        """;
    String message = response("/validate", review("McpServer", server(spec))).toString();
    assertTrue(message.contains("spec.toolMaping"), message);
    assertTrue(message.contains("add `a..b:2376` to the chart value `dockerEndpoints`"), message);
    assertTrue(
        message.contains("spec.docker.endpoint: `https://a..b:2376` names no host"), message);
    assertTrue(message.contains("spec.docker.requiredLabels: `a b` is no key"), message);
    assertFalse(message.contains("`ok`"), message);
    String listed =
        spec.replace("a..b", "gpu-box").replace("a b", "a").replace("toolMaping", "toolMapping");
    assertEquals(
        Optional.of(JsonValue.of(true)),
        response("/validate", review("McpServer", server(listed))).get("allowed"));
  }

  /** T121: by whichever version or kind it is had, and each time with both places. */
  @Test
  void refusesTwoNamesForOneTarget() throws Exception {
    String spec =
        """
        {"transport":{"stdio":{}},"capabilities":["Pods"],
         "workloads":[{"name":"a","target":{"apiVersion":"apps/v1","kind":"Deployment","name":"vllm"}},
                      {"name":"b","target":{"apiVersion":"apps/v1","kind":"StatefulSet","name":"vllm"}},
                      {"name":"c","target":{"apiVersion":"apps/v1","kind":"Deployment","name":"vllm"}},
                      {"name":"d","target":{"apiVersion":"apps/v1","kind":"Alias","resource":"deployments","name":"vllm"}},
                      {"name":"e","target":{"apiVersion":"x.example/v1","kind":"Set","resource":"sets","name":"vllm"}},
                      {"name":"f","target":{"apiVersion":"x.example/v2","kind":"Set","resource":"sets","name":"vllm"}},
                      {"name":"g","target":{"apiVersion":"v1","kind":"Pods","selector":{"matchLabels":{"a":"1","b":"2"}}}},
                      {"name":"h","target":{"apiVersion":"v1","kind":"Pods","selector":{"matchLabels":{"a":"1"}}}},
                      {"name":"i","target":{"apiVersion":"v1","kind":"Pods","selector":{"matchLabels":{"b":"2","a":"1"}}}},
                      {"name":"j","target":{"apiVersion":"mcppolicy.dev/v1alpha1","kind":"Container","name":"vllm"}},
                      {"name":"k","target":{"apiVersion":"mcppolicy.dev/v1alpha1","kind":"Container","name":"vllm"}}]}
        """;
    String message = response("/validate", review("McpServer", server(spec))).toString();
    String same = "spec.workloads[%d].target: is that of spec.workloads[%d], too";
    for (String place :
        List.of(
            same.formatted(2, 0),
            same.formatted(3, 0),
            same.formatted(5, 4),
            same.formatted(8, 6),
            same.formatted(10, 9))) {
      assertTrue(message.contains(place), message);
    }
    assertEquals(5, message.split("leave one of the two out", -1).length - 1, message);
  }

  @Test
  void refusesPodsThatTheSidecarCouldNotSee() throws Exception {
    String spec =
        """
        {"transport":{"stdio":{}},
         "workloads":[{"name":"c","target":{"apiVersion":"v1","kind":"Pods","selector":{"matchLabels":{"app":"x"}}}}]}
        """;
    String message = response("/validate", review("McpServer", server(spec))).toString();
    assertTrue(message.contains("add `capabilities: [DeletePods]`"), message);
  }

  private static String server(String spec) {
    return "{\"metadata\":{\"name\":\"vllm\"},\"spec\":" + spec + "}";
  }

  @Test
  void saysEveryPlaceOfALongDocument() throws Exception {
    var limits = new StringBuilder();
    for (int i = 0; i < 60; i++) {
      limits.append(i == 0 ? "" : ",").append("\"tool_%d\":{\"limitz\":[]}".formatted(i));
    }
    String message =
        response("/validate", review("McpPolicy", policy("\"tools\":{%s}".formatted(limits))))
            .toString();
    for (int i = 0; i < 60; i++) {
      assertTrue(message.contains("spec.tools.tool_" + i + ".limitz"), message);
    }
  }

  @Test
  void letsAPolicyInWhoseTestsFailAndWarns() throws Exception {
    JsonObject response =
        response(
            "/validate",
            review(
                "McpPolicy",
                policy(
                    "\"tests\":[{\"name\":\"night\",\"call\":{\"name\":\"stop_vllm\"},\"expect\":\"allow\"}]")));
    assertEquals(Optional.of(JsonValue.of(true)), response.get("allowed"));
    String warnings = response.array("warnings").orElseThrow().toString();
    assertTrue(warnings.contains("1 of its 1 tests fail: this version is not used"), warnings);
    assertTrue(warnings.contains("spec.tests[0]: `night`: expected allow"), warnings);
  }

  @Test
  void warnsOfWhatMayBeAMistake() throws Exception {
    String careless = review("McpPolicy", policy("\"tools\":{\"stop_vllm\":{},\"stop_vlm\":{}}"));
    awaitServers();
    String warnings = response("/validate", careless).array("warnings").orElseThrow().toString();
    assertTrue(warnings.contains("spec.tools.stop_vllm: "), warnings);
    assertTrue(warnings.contains("spec.tools.stop_vlm: "), "no server has it: " + warnings);
  }

  private void awaitServers() {
    ServerCache servers = context.getBean(ServerCache.class);
    while (servers.mapping("inference", "vllm").isEmpty()) {
      Thread.onSpinWait();
    }
  }

  private static String policy(String more) {
    return "{\"metadata\":{\"name\":\"p\"},\"spec\":{\"servers\":[{\"name\":\"vllm\"}],\"version\":\"1\",\"default\":\"deny\",%s}}"
        .formatted(more);
  }

  @Test
  void servesARenewedCertificateWithoutARestart() throws Exception {
    X509Certificate first = served();
    now.set(Instant.now());
    context.getBean(ServingCertificate.class).renewWhenDue();
    assertNotEquals(first.getSerialNumber(), served().getSerialNumber());
    assertFalse(response("/mutate-pods", pod("vllm")).members().isEmpty());
  }

  @Test
  void answersLongBeforeTheApiServerGivesUp() throws Exception {
    String review = pod("vllm");
    long firstNanos = timed(review);
    for (int i = 0; i < 200; i++) {
      timed(review);
    }
    long[] nanos = new long[500];
    for (int i = 0; i < nanos.length; i++) {
      nanos[i] = timed(review);
    }
    Arrays.sort(nanos);
    System.out.printf(
        "webhook over TLS: first %.1f ms, then p50 %.2f, p99 %.2f, worst %.2f ms%n",
        firstNanos / 1e6, nanos[249] / 1e6, nanos[494] / 1e6, nanos[499] / 1e6);
    // The goal is a p99 of 10 ms on an idle machine; the API server waits for 5 s.
    assertTrue(nanos[494] < 500_000_000, "p99 of " + nanos[494] + " ns");
  }

  private long timed(String review) throws Exception {
    long begin = System.nanoTime();
    assertEquals(200, post("/mutate-pods", review).statusCode());
    return System.nanoTime() - begin;
  }

  private JsonObject response(String path, String review) throws Exception {
    HttpResponse<String> answer = post(path, review);
    assertEquals(200, answer.statusCode(), answer::body);
    return ((JsonObject) JSON.read(answer.body().getBytes(StandardCharsets.UTF_8)))
        .object("response")
        .orElseThrow();
  }

  private HttpResponse<String> post(String path, String body) throws Exception {
    return http.send(
        HttpRequest.newBuilder(URI.create("https://localhost:" + port + path))
            .header("Content-Type", "application/json")
            .timeout(Duration.ofSeconds(5))
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  private HttpResponse<String> get(String path) throws Exception {
    return http.send(
        HttpRequest.newBuilder(URI.create("https://localhost:" + port + path))
            .timeout(Duration.ofSeconds(5))
            .build(),
        BodyHandlers.ofString());
  }

  private X509Certificate served() throws Exception {
    var plain = new Socket(InetAddress.getLoopbackAddress(), port);
    try (var socket =
        (SSLSocket)
            trusting(authority.certificatePem(), false)
                .getSocketFactory()
                .createSocket(plain, "mcp-policy-operator.operators.svc", port, true)) {
      var parameters = socket.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      socket.setSSLParameters(parameters);
      socket.startHandshake();
      return (X509Certificate) socket.getSession().getPeerCertificates()[0];
    }
  }

  private static SSLContext trusting(String authorityPem, boolean anyHost) throws Exception {
    var trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry(
        "authority",
        CertificateFactory.getInstance("X.509")
            .generateCertificate(
                new ByteArrayInputStream(authorityPem.getBytes(StandardCharsets.US_ASCII))));
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    var context = SSLContext.getInstance("TLS");
    var manager = (X509TrustManager) trust.getTrustManagers()[0];
    context.init(null, new TrustManager[] {anyHost ? new AnyHost(manager) : manager}, null);
    return context;
  }

  /** Trusts the chain alone: the host's name is looked at by {@link #served()}. */
  private static final class AnyHost extends X509ExtendedTrustManager {
    private final X509TrustManager chain;

    AnyHost(X509TrustManager chain) {
      this.chain = chain;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] certificates, String type, SSLEngine engine)
        throws CertificateException {
      chain.checkServerTrusted(certificates, type);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] certificates, String type, Socket socket)
        throws CertificateException {
      chain.checkServerTrusted(certificates, type);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] certificates, String type)
        throws CertificateException {
      chain.checkServerTrusted(certificates, type);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] certificates, String type, Socket socket) {
      throw new AssertionError("no client certificates here");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] certificates, String type, SSLEngine engine) {
      throw new AssertionError("no client certificates here");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] certificates, String type) {
      throw new AssertionError("no client certificates here");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return chain.getAcceptedIssuers();
    }
  }

  private static String pod(String server) {
    return review(
        "Pod",
        """
        {"metadata":{"generateName":"a-","labels":{"mcppolicy.dev/server":"%s"}},"spec":{"containers":[{"name":"server","image":"i"}]}}
        """
            .formatted(server));
  }

  private static String review(String kind, String object) {
    return """
    {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"705ab4f5-6393-11e8-b7cc-42010a800002",
     "kind":{"group":"","version":"v1","kind":"%s"},"namespace":"inference","operation":"CREATE","object":%s}}
    """
        .formatted(kind, object);
  }
}
