// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.sidecar;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.bundle.AcceptedHosts;
import dev.mcppolicy.bundle.Bundle;
import dev.mcppolicy.bundle.BundleFormat;
import dev.mcppolicy.bundle.BundledGrant;
import dev.mcppolicy.bundle.BundledPolicy;
import dev.mcppolicy.bundle.Safeguards;
import dev.mcppolicy.bundle.ServerIdentity;
import dev.mcppolicy.bundle.SessionKey;
import dev.mcppolicy.bundle.SessionKeys;
import dev.mcppolicy.bundle.ToolMapping;
import dev.mcppolicy.bundle.Workload;
import dev.mcppolicy.engine.PolicyId;
import dev.mcppolicy.json.JsonLimits;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.json.StrictJson;
import dev.mcppolicy.proxy.DataPath;
import dev.mcppolicy.proxy.bundle.Activation;
import dev.mcppolicy.proxy.enforce.GateSettings;
import dev.mcppolicy.proxy.http.EventLoops;
import dev.mcppolicy.proxy.local.FakeUpstream;
import dev.mcppolicy.proxy.local.McpClient;
import dev.mcppolicy.proxy.session.SessionTokens;
import dev.mcppolicy.proxy.workload.RecordingWorkloads;
import dev.mcppolicy.proxy.workload.WorkloadLook;
import dev.mcppolicy.proxy.workload.WorkloadOutcome;
import dev.mcppolicy.proxy.workload.WorkloadPreview;
import dev.mcppolicy.testkit.mcp.RawHttp;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** Bundles, from their bytes to decisions over TLS. */
final class BundleActivatorTest {
  private static final String TOKEN = "mcpg_agent_0123456789012345678901234567890123456789012";
  private static final String STOP_ONLY =
      "{\"version\":\"1\",\"default\":\"deny\",\"tools\":{\"stop_vllm\":{}}}";
  private static final EventLoopGroup LOOPS = EventLoops.start("test", 1);
  private static TestCertificate first;
  private static TestCertificate second;

  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
  private final FakeUpstream upstream = new FakeUpstream();
  private final RecordingWorkloads workloads = new RecordingWorkloads();
  private DataPath dataPath;
  private FrontDoor door;
  private BundleActivator activator;
  private final List<Long> told = new ArrayList<>();

  @BeforeAll
  static void certificates(@TempDir Path folder) throws Exception {
    first = TestCertificate.make(folder, "first");
    second = TestCertificate.make(folder, "second");
  }

  @AfterAll
  static void loops() {
    LOOPS.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  @BeforeEach
  void start() {
    dataPath =
        new DataPath(
            upstream,
            Optional.of(workloads),
            event -> true,
            now::get,
            GateSettings.of("vllm", "0"));
    door =
        new FrontDoor(LOOPS, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), dataPath);
    var settings =
        new SidecarSettings(
            "pod",
            "inference",
            "uid",
            "vllm",
            Path.of("b"),
            Path.of("p"),
            Path.of("c"),
            Path.of("d"),
            0,
            0,
            Map.of());
    activator =
        new BundleActivator(settings, dataPath, door, bundle -> told.add(bundle.sequence()));
    dataPath.start();
  }

  @AfterEach
  void stop() {
    door.close();
    dataPath.close();
  }

  private static JsonObject json(String text) throws Exception {
    return (JsonObject)
        new StrictJson(JsonLimits.REQUEST).read(text.getBytes(StandardCharsets.UTF_8));
  }

  private static Bundle bundle(long sequence, String policy) throws Exception {
    String hash =
        HexFormat.of()
            .formatHex(
                MessageDigest.getInstance("SHA-256")
                    .digest(TOKEN.getBytes(StandardCharsets.US_ASCII)));
    return new Bundle(
        new ServerIdentity("inference", "vllm", "6f0c6a3e-0000-4000-8000-000000000001"),
        sequence,
        List.of(
            new BundledPolicy(
                "6f0c6a3e-0000-4000-8000-000000000002",
                new PolicyId("inference", "operations", sequence),
                Optional.empty(),
                json(policy))),
        List.of(
            new BundledGrant("agent", hash, Optional.of(Instant.parse("2026-02-01T00:00:00Z")))),
        List.of(
            new Workload(
                "vllm-server",
                true,
                new Workload.Target("apps/v1", "Deployment", "vllm"),
                Optional.empty())),
        Optional.empty(),
        ToolMapping.VLLM_MCP_SERVER,
        new AcceptedHosts(List.of("vllm-mcp.inference.svc"), List.of()),
        first.tls(),
        new SessionKeys(List.of(new SessionKey(SessionTokens.randomKey()))),
        Optional.empty());
  }

  private Activation offer(Bundle bundle) throws Exception {
    return activator.offer(BundleFormat.encode(bundle));
  }

  private RawHttp connect(TestCertificate trusted) throws IOException {
    return RawHttp.connectTls(
        "127.0.0.1", door.listening().orElseThrow().getPort(), trusted.trust());
  }

  private McpClient client() throws IOException {
    return McpClient.on(connect(first), "vllm-mcp.inference.svc", TOKEN);
  }

  @Test
  void keepsTheDoorClosedUntilABundleIsInForce() throws Exception {
    assertFalse(door.isOpen());
    assertInstanceOf(Activation.Refused.class, activator.offer(new byte[] {1, 2, 3}));
    assertFalse(door.isOpen());
    Activation.Activated activated =
        assertInstanceOf(Activation.Activated.class, offer(bundle(1, STOP_ONLY)));
    assertEquals(1, activated.sequence());
    assertTrue(activated.digest().startsWith("sha256:"));
    assertTrue(door.isOpen());
  }

  @Test
  void carriesAMappedToolOutWhileTheServerIsDead() throws Exception {
    upstream.disconnect("it ended");
    offer(bundle(1, STOP_ONLY));
    try (McpClient client = client()) {
      client.initialize("2025-11-25");
      JsonObject list = client.list();
      assertTrue(list.toString().contains("stop_vllm"), list.toString());
      assertFalse(list.toString().contains("start_vllm"), list.toString());
      JsonObject stopped = client.call("stop_vllm", "{\"container_name\":\"vllm-server\"}");
      assertFalse(McpClient.isError(stopped), stopped.toString());
      assertEquals(List.of("stop vllm-server 10s UNSAID"), workloads.acts);
      assertTrue(McpClient.isError(client.call("start_vllm", "{\"model\":\"m\"}")));
      assertTrue(
          McpClient.isError(client.call("stop_vllm", "{\"container_name\":\"other\"}")), "T121");
      assertEquals(List.of("stop vllm-server 10s UNSAID"), workloads.acts);
      assertEquals(List.of(), upstream.calls());
    }
  }

  @Test
  void givesQuotaBackForWhatWasRefusedOrAlreadyDoneT62() throws Exception {
    offer(
        bundle(
            1,
            "{\"version\":\"1\",\"default\":\"deny\",\"tools\":{\"stop_vllm\":{\"rate_limit\":\"2/hour\"}}}"));
    try (McpClient client = client()) {
      client.initialize("2025-11-25");
      for (int i = 0; i < 3; i++) {
        String refused = McpClient.text(client.call("stop_vllm", "{\"container_name\":\"other\"}"));
        assertTrue(refused.startsWith("Refused: "), refused);
      }
      WorkloadOutcome stopped = workloads.outcome;
      workloads.outcome =
          new WorkloadOutcome.AlreadyThere(
              RecordingWorkloads.replicas(0, 0), OptionalInt.of(2), List.of());
      for (int i = 0; i < 3; i++) {
        String text = McpClient.text(client.call("stop_vllm", "{}"));
        assertTrue(text.startsWith("`vllm-server` was not running"), text);
      }
      workloads.outcome = stopped;
      assertFalse(McpClient.isError(client.call("stop_vllm", "{}")));
      workloads.outcome = new WorkloadOutcome.Failed("it is forbidden", "ask for the right", false);
      String failed = McpClient.text(client.call("stop_vllm", "{}"));
      assertTrue(failed.startsWith("Failed to stop"), failed);
      String limited = McpClient.text(client.call("stop_vllm", "{}"));
      assertTrue(limited.contains("limited to 2 calls"), limited);
    }
  }

  private void isPreviewed() {
    workloads.previews.put(
        "vllm-server",
        new WorkloadPreview(
            RecordingWorkloads.replicas(2, 2),
            OptionalInt.empty(),
            Map.of("nvidia.com/gpu", 2L),
            OptionalInt.of(3)));
  }

  private static Optional<JsonObject> preview(JsonObject answer) {
    return answer
        .object("result")
        .flatMap(result -> result.object("_meta"))
        .flatMap(meta -> meta.object("dev.mcppolicy/preview"));
  }

  @Test
  void saysWhatADeniedCallWouldHaveDone() throws Exception {
    isPreviewed();
    offer(
        bundle(
            1,
            "{\"version\":\"1\",\"default\":\"deny\",\"tools\":{\"stop_vllm\":{\"require\":[{\"path\":\"args.timeout\",\"op\":\"lte\",\"value\":5}]},\"restart_vllm\":{\"approval\":{}}}}"));
    try (McpClient client = client()) {
      client.initialize("2025-11-25");
      JsonObject denied = client.call("stop_vllm", "{\"timeout\":9}");
      assertTrue(McpClient.isError(denied));
      assertTrue(
          McpClient.text(denied)
              .endsWith(
                  "\nIt would have scaled Deployment `vllm` from 2 replicas to 0, which frees 2 GPUs"
                      + " (nvidia.com/gpu); 3 requests run there now."),
          McpClient.text(denied));
      assertEquals(Optional.of(JsonValue.of(2)), preview(denied).orElseThrow().get("replicasFrom"));
      JsonObject pending = client.call("restart_vllm", "{}");
      assertTrue(preview(pending).isPresent(), pending.toString());
      assertEquals(List.of(), workloads.acts);
      assertEquals(1, workloads.previewed.get(), "looked at once in two seconds");
    }
  }

  @Test
  void saysWhatACallWouldHaveDoneThatARuleOfItsToolDenies() throws Exception {
    isPreviewed();
    offer(
        bundle(
            1,
            "{\"version\":\"1\",\"default\":\"allow\",\"tools\":{\"stop_vllm\":{\"action\":\"deny\",\"reason\":\"ask on-call\"},\"restart_vllm\":{\"rate_limit\":\"0/hour\"}}}"));
    try (McpClient client = client()) {
      client.initialize("2025-11-25");
      JsonObject denied = client.call("stop_vllm", "{}");
      assertTrue(McpClient.isError(denied));
      assertTrue(McpClient.text(denied).contains("It would have scaled"), denied.toString());
      assertEquals(Optional.of(JsonValue.of(0)), preview(denied).orElseThrow().get("replicasTo"));
      assertTrue(preview(client.call("restart_vllm", "{}")).isPresent());
      assertEquals(List.of(), workloads.acts);
    }
  }

  @Test
  void tellsNothingOfAToolThatNoRuleNamesOrThatIsHidden() throws Exception {
    isPreviewed();
    offer(
        bundle(
            1,
            "{\"version\":\"1\",\"default\":\"deny\",\"tools\":{\"stop_vllm\":{\"action\":\"deny\"}},\"hide\":[\"start_vllm\",\"stop_vllm\"]}"));
    try (McpClient client = client()) {
      client.initialize("2025-11-25");
      client.post(McpClient.callMessage(6, "stop_vllm", "{}"));
      client.post(McpClient.callMessage(7, "start_vllm", "{\"model\":\"m\"}"));
      JsonObject denied = client.call("restart_vllm", "{}"); // no rule names it
      assertTrue(McpClient.isError(denied));
      assertFalse(McpClient.text(denied).contains("It would have"), denied.toString());
      assertEquals(Optional.empty(), preview(denied));
      assertEquals(0, workloads.previewed.get());
    }
  }

  @Test
  void aPreviewThatFailsChangesNoDecision() throws Exception {
    workloads.previewBreaks = true;
    offer(
        bundle(
            1,
            "{\"version\":\"1\",\"default\":\"deny\",\"tools\":{\"stop_vllm\":{\"rate_limit\":\"1/hour\"}}}"));
    try (McpClient client = client()) {
      client.initialize("2025-11-25");
      assertFalse(McpClient.isError(client.call("stop_vllm", "{}")));
      JsonObject limited = client.call("stop_vllm", "{}");
      assertTrue(McpClient.text(limited).contains("limited to 1 call"), limited.toString());
      assertEquals(Optional.empty(), preview(limited));
    }
  }

  @Test
  void auditModeCarriesWhatWasAboutToHappen() throws Exception {
    isPreviewed();
    offer(
        bundle(
            1,
            "{\"version\":\"1\",\"mode\":\"audit\",\"default\":\"deny\",\"tools\":{\"stop_vllm\":{\"action\":\"deny\"}}}"));
    try (McpClient client = client()) {
      client.initialize("2025-11-25");
      JsonObject stopped = client.call("stop_vllm", "{}");
      assertFalse(McpClient.isError(stopped), stopped.toString());
      assertEquals(List.of("stop vllm-server 10s UNSAID"), workloads.acts);
      assertEquals(Optional.of(JsonValue.of(0)), preview(stopped).orElseThrow().get("replicasTo"));
    }
  }

  @Test
  void answersWhatIsUnderWayWhenItDrains() throws Exception {
    workloads.stopTakes = Duration.ofMinutes(9);
    offer(bundle(1, STOP_ONLY));
    try (McpClient client = client()) {
      client.initialize("2025-11-25");
      var stopped =
          CompletableFuture.supplyAsync(
              () -> assertDoesNotThrow(() -> client.call("stop_vllm", "{}")));
      while (workloads.acts.isEmpty()) {
        Thread.onSpinWait();
      }
      dataPath.gate().drain();
      assertFalse(McpClient.isError(stopped.get(30, TimeUnit.SECONDS)));
    }
  }

  /** What a stop answers that waits, for minutes, while something happens. */
  private String stoppedDuring(Executable meanwhile) throws Exception {
    workloads.acts.clear();
    workloads.stopTakes = Duration.ofMinutes(9);
    try (McpClient client = client()) {
      client.initialize("2025-11-25");
      var stopped =
          CompletableFuture.supplyAsync(
              () -> assertDoesNotThrow(() -> client.call("stop_vllm", "{}")));
      while (workloads.acts.isEmpty()) {
        Thread.onSpinWait();
      }
      assertDoesNotThrow(meanwhile);
      return McpClient.text(stopped.get(30, TimeUnit.SECONDS));
    }
  }

  @Test
  void aStopThatWaitsIsDecidedOnceMoreByWhatHoldsThen() throws Exception {
    String limited =
        "{\"version\":\"1\",\"default\":\"deny\",\"tools\":{\"stop_vllm\":{\"rate_limit\":\"1/hour\"}}}";
    Bundle before = bundle(1, limited);
    var floor = new Safeguards(1, Optional.empty(), List.of(), Optional.empty());
    offer(before);
    assertEquals(
        "Refused: Denied by policy: `stop_vllm` is not among the tools that this grant may call"
            + " (policy inference/operations)",
        stoppedDuring(() -> offer(bundle(2, limited.replace("stop_vllm", "start_vllm"))))
            .replaceFirst("\\.$", ""));

    offer(bundle(3, limited));
    assertEquals(
        "Refused: the workloads of its McpServer are declared differently now.",
        stoppedDuring(() -> offer(with(bundle(4, limited), before.grants(), floor))));

    offer(bundle(5, limited));
    assertEquals(
        "Refused: its grant is not accepted any more.",
        stoppedDuring(() -> offer(with(bundle(6, limited), List.of(), Safeguards.NONE))));
  }

  @Test
  void aStopThatWaitsGoesOnWhenItIsStillAllowedAndPaysOnce() throws Exception {
    String limited =
        "{\"version\":\"1\",\"default\":\"deny\",\"tools\":{\"stop_vllm\":{\"rate_limit\":\"1/hour\"}}}";
    offer(bundle(1, limited));
    assertTrue(
        stoppedDuring(
                () -> {
                  offer(bundle(2, limited.replace("}}}", "},\"vllm_status\":{}}}")));
                  dataPath.gate().drain();
                })
            .startsWith("Stopped `vllm-server`"));
  }

  private static Bundle with(Bundle bundle, List<BundledGrant> grants, Safeguards safeguards) {
    Workload workload = bundle.workloads().getFirst();
    return new Bundle(
        bundle.server(),
        bundle.sequence(),
        bundle.policies(),
        grants,
        List.of(
            new Workload(
                workload.name(),
                workload.isDefault(),
                workload.target(),
                workload.model(),
                safeguards)),
        bundle.docker(),
        bundle.mapping(),
        bundle.accepted(),
        bundle.tls(),
        bundle.sessionKeys(),
        bundle.denyAll());
  }

  /** What acts on workloads follows each bundle that comes into force, and no other. */
  @Test
  void tellsOfEachBundleThatComesIntoForce() throws Exception {
    offer(bundle(1, STOP_ONLY));
    activator.offer(new byte[] {1, 2, 3});
    offer(bundle(3, STOP_ONLY));
    offer(bundle(2, STOP_ONLY));
    assertEquals(List.of(1L, 3L), told);
  }

  @Test
  void keepsTheLastGoodBundleAndAcknowledgesItAgain() throws Exception {
    Bundle good = bundle(5, STOP_ONLY);
    Activation activated = offer(good);
    assertEquals(activated, offer(good));
    assertInstanceOf(Activation.Refused.class, offer(bundle(4, STOP_ONLY)), "older");
    assertInstanceOf(Activation.Refused.class, activator.offer(new byte[0]));
    Bundle foreign = bundle(9, STOP_ONLY);
    assertInstanceOf(
        Activation.Refused.class,
        offer(
            new Bundle(
                new ServerIdentity("inference", "other", foreign.server().uid()),
                9,
                foreign.policies(),
                foreign.grants(),
                foreign.workloads(),
                foreign.docker(),
                foreign.mapping(),
                foreign.accepted(),
                foreign.tls(),
                foreign.sessionKeys(),
                foreign.denyAll())));
    try (McpClient client = client()) {
      client.initialize("2025-11-25");
      assertFalse(McpClient.isError(client.call("stop_vllm", "{}")));
    }
  }

  @Test
  void decidesByTheNewBundleFromTheNextCallOnAnOpenConnection() throws Exception {
    Bundle before = bundle(1, STOP_ONLY);
    offer(before);
    try (McpClient client = client()) {
      client.initialize("2025-11-25");
      assertFalse(McpClient.isError(client.call("stop_vllm", "{}")));
      Bundle after = bundle(2, "{\"version\":\"1\",\"default\":\"deny\"}");
      offer(with(after, before.sessionKeys(), after.grants(), Optional.empty()));
      assertTrue(McpClient.isError(client.call("stop_vllm", "{}")), "the session goes on");
      Bundle revoked = bundle(3, STOP_ONLY);
      offer(with(revoked, before.sessionKeys(), List.of(), Optional.empty()));
      assertEquals(401, client.post(McpClient.callMessage(1, "stop_vllm", "{}")).status());
    }
    assertEquals(1, workloads.acts.size());
  }

  private static Bundle with(
      Bundle bundle, SessionKeys keys, List<BundledGrant> grants, Optional<String> denyAll) {
    return new Bundle(
        bundle.server(),
        bundle.sequence(),
        bundle.policies(),
        grants,
        bundle.workloads(),
        bundle.docker(),
        bundle.mapping(),
        bundle.accepted(),
        bundle.tls(),
        keys,
        denyAll);
  }

  @Test
  void deniesEveryCallWithTheBundlesReason() throws Exception {
    Bundle bundle = bundle(1, STOP_ONLY);
    offer(
        with(
            bundle,
            bundle.sessionKeys(),
            bundle.grants(),
            Optional.of("counters are not shared between two pods")));
    try (McpClient client = client()) {
      client.initialize("2025-11-25");
      JsonObject denied = client.call("stop_vllm", "{}");
      assertTrue(McpClient.isError(denied));
      assertTrue(McpClient.text(denied).contains("not shared"), denied.toString());
      assertEquals(List.of(), workloads.acts);
    }
  }

  @Test
  void deniesEveryCallOnceTheBundleIsWithdrawnUntilOneIsInForceAgain() throws Exception {
    activator.withdraw("there is none"); // and never was
    Bundle bundle = bundle(1, STOP_ONLY);
    Activation activated = offer(bundle);
    try (McpClient client = client()) {
      client.initialize("2025-11-25");
      activator.withdraw("it was deleted; make it again");
      JsonObject denied = client.call("stop_vllm", "{}");
      assertTrue(McpClient.isError(denied), denied.toString());
      assertTrue(McpClient.text(denied).contains("it was deleted; make it again"));
      assertEquals(List.of(), workloads.acts);
      assertInstanceOf(Activation.Refused.class, activator.offer(new byte[0]));
      assertEquals(activated, offer(bundle), "the same one counts again");
      assertFalse(McpClient.isError(client.call("stop_vllm", "{}")));
      assertEquals(1, workloads.acts.size());
    }
  }

  @Test
  void refusesAGrantFromTheInstantOfItsExpiry() throws Exception {
    offer(bundle(1, STOP_ONLY));
    try (McpClient client = client()) {
      client.initialize("2025-11-25");
      now.set(Instant.parse("2026-01-31T23:59:59Z"));
      client.initialize("2025-11-25");
      now.set(Instant.parse("2026-02-01T00:00:00Z"));
      RawHttp.Response response = client.post(McpClient.callMessage(1, "stop_vllm", "{}"));
      assertEquals(401, response.status());
      assertTrue(response.text().contains("expired"), response.text());
    }
  }

  @Test
  void showsTheNewCertificateFromTheNextConnectionOn() throws Exception {
    offer(bundle(1, STOP_ONLY));
    try (RawHttp before = connect(first)) {
      Bundle next = bundle(2, STOP_ONLY);
      offer(
          new Bundle(
              next.server(),
              2,
              next.policies(),
              next.grants(),
              next.workloads(),
              next.docker(),
              next.mapping(),
              next.accepted(),
              second.tls(),
              next.sessionKeys(),
              next.denyAll()));
      assertThrows(SSLHandshakeException.class, () -> connect(first));
      try (RawHttp after = connect(second)) {
        assertEquals(
            405, after.send("GET /mcp HTTP/1.1\r\nHost: localhost\r\n\r\n").read().status());
      }
      assertEquals(
          405, before.send("GET /mcp HTTP/1.1\r\nHost: localhost\r\n\r\n").read().status());
    }
  }

  private static String stopWhen(String rule) {
    return "{\"version\":\"1\",\"default\":\"deny\",\"tools\":{\"stop_vllm\":" + rule + "}}";
  }

  private static String decided(JsonObject answer) {
    return answer
        .object("result")
        .flatMap(result -> result.object("_meta"))
        .flatMap(meta -> meta.object("dev.mcppolicy/decision"))
        .flatMap(decision -> decision.string("reason"))
        .orElse("Allowed");
  }

  @Test
  void decidesByTheWorkloadThatIsActedOn() throws Exception {
    offer(
        bundle(
            1,
            stopWhen(
                "{\"require\":[{\"path\":\"workload.name\",\"op\":\"eq\",\"value\":\"vllm-server\"}],"
                    + "\"limits\":[{\"counter\":\"c\",\"window\":\"hour\",\"max\":2,\"scope\":\"workload\"}]}")));
    try (McpClient client = client()) {
      client.initialize("2025-11-25");
      assertEquals("Allowed", decided(client.call("stop_vllm", "{}")), "the default one");
      assertEquals(
          "RequirementNotMet", decided(client.call("stop_vllm", "{\"container_name\":\"x\"}")));
      assertEquals(
          "Allowed", decided(client.call("stop_vllm", "{\"container_name\":\"vllm-server\"}")));
      assertEquals("LimitExhausted", decided(client.call("stop_vllm", "{}")));
      assertEquals(2, workloads.acts.size());
      assertEquals(0, workloads.looked.get(), "nobody looked at replicas");
    }
  }

  @Test
  void looksAtLiveReplicasWhenAConditionDoesAndDeniesWhenTheyCannotBeRead() throws Exception {
    offer(
        bundle(
            1,
            stopWhen(
                "{\"deny_if\":[{\"path\":\"workload.replicas\",\"op\":\"lte\",\"value\":1}],\"rate_limit\":\"1/hour\"}")));
    try (McpClient client = client()) {
      client.initialize("2025-11-25");
      replicas(1);
      assertEquals("DeniedByCondition", decided(client.call("stop_vllm", "{}")));
      workloads.looks.clear();
      assertEquals("DeniedByCondition", decided(client.call("stop_vllm", "{}")));
      assertEquals(2, workloads.looked.get());
      assertEquals(
          "UndeclaredArgument", decided(client.call("stop_vllm", "{\"all\":true}")), "no look");
      assertEquals(2, workloads.looked.get());
      assertEquals(List.of(), workloads.acts);
      replicas(2);
      assertEquals("Allowed", decided(client.call("stop_vllm", "{}")));
      assertEquals(3, workloads.looked.get());
      assertEquals(1, workloads.acts.size());
      assertEquals("LimitExhausted", decided(client.call("stop_vllm", "{}")));
    }
  }

  private void replicas(int requested) {
    workloads.looks.put(
        "vllm-server",
        new WorkloadLook.Seen(RecordingWorkloads.replicas(requested, requested), ""));
  }

  @Test
  void countsToolsThatOnlyLook() throws Exception {
    offer(
        bundle(
            1,
            "{\"version\":\"1\",\"default\":\"deny\",\"tools\":{\"list_vllm_containers\":{\"rate_limit\":\"2/hour\"}}}"));
    try (McpClient client = client()) {
      client.initialize("2025-11-25");
      assertEquals("Allowed", decided(client.call("list_vllm_containers", "{}")));
      assertEquals("Allowed", decided(client.call("list_vllm_containers", "{}")));
      assertEquals("LimitExhausted", decided(client.call("list_vllm_containers", "{}")));
    }
  }

  @Test
  void decidesByTheLabelsOfTheGrant() throws Exception {
    Bundle bundle =
        bundle(
            1,
            stopWhen(
                "{\"require\":[{\"path\":\"grant.labels.team\",\"op\":\"eq\",\"value\":\"sre\"}]}"));
    BundledGrant plain = bundle.grants().getFirst();
    offer(bundle);
    try (McpClient client = client()) {
      client.initialize("2025-11-25");
      assertEquals("RequirementNotMet", decided(client.call("stop_vllm", "{}")));
      var labelled =
          new BundledGrant(
              plain.name(), plain.tokenSha256(), plain.expiresAt(), Map.of("team", "sre"));
      offer(
          with(bundle.withSequence(2), bundle.sessionKeys(), List.of(labelled), Optional.empty()));
      assertEquals("Allowed", decided(client.call("stop_vllm", "{}")));
    }
  }

  @Test
  void givesBackWhatIsChargedOnSuccessWhenTheStopProvablyFailed() throws Exception {
    offer(
        bundle(
            1,
            stopWhen(
                "{\"limits\":[{\"counter\":\"c\",\"window\":\"hour\",\"max\":1,\"scope\":\"grant\",\"charge\":\"success\"}]}")));
    try (McpClient client = client()) {
      client.initialize("2025-11-25");
      workloads.outcome = new WorkloadOutcome.Failed("it is forbidden", "ask for the right", false);
      for (int i = 0; i < 3; i++) {
        assertEquals("Allowed", decided(client.call("stop_vllm", "{}")));
      }
      workloads.outcome = new WorkloadOutcome.Failed("nobody answered", "look", true);
      assertEquals("Allowed", decided(client.call("stop_vllm", "{}")));
      assertEquals("LimitExhausted", decided(client.call("stop_vllm", "{}")), "it may have");
    }
  }

  @Test
  void hidesAToolThatItWouldCarryOutItselfT54() throws Exception {
    offer(bundle(1, "{\"version\":\"1\",\"default\":\"allow\",\"hide\":[\"stop_vllm\"]}"));
    try (McpClient client = client()) {
      client.initialize("2025-11-25");
      String hidden = client.post(McpClient.callMessage(1, "stop_vllm", "{}")).text();
      String unknown = client.post(McpClient.callMessage(1, "sto_p_vllm", "{}")).text();
      assertEquals(unknown.replace("sto_p_vllm", "stop_vllm"), hidden);
      assertFalse(client.list().toString().contains("stop_vllm"));
      upstream.disconnect("it ended");
      upstream.disconnect("and cannot be started");
      assertEquals(hidden, client.post(McpClient.callMessage(1, "stop_vllm", "{}")).text());
      assertEquals(List.of(), workloads.acts);
    }
  }
}
