// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.bundle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.mcppolicy.engine.PolicyId;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

final class BundleFormatProperties {

  @Property(tries = 300)
  void readsWhatItWrote(@ForAll("bundles") Bundle bundle) {
    assertEquals(
        new BundleReading.Accepted(bundle, BundleFormat.digest(bundle)),
        BundleFormat.decode(Bundles.encode(bundle)));
  }

  @Property(tries = 500)
  void neverThrowsOnAnyBytes(@ForAll byte[] bytes) {
    assertInstanceOf(BundleReading.Refused.class, BundleFormat.decode(bytes));
  }

  /** What a flipped bit leaves readable is still the same bundle, or refused. */
  @Property(tries = 1_000)
  void neverReadsAnotherBundleFromDamagedBytes(@ForAll int at) {
    Bundle bundle = Bundles.bundle(5);
    byte[] bytes = Bundles.encode(bundle);
    int bit = Math.floorMod(at, bytes.length * 8);
    bytes[bit / 8] ^= (byte) (1 << (bit % 8));
    BundleReading reading = BundleFormat.decode(bytes);
    assertNotNull(reading);
    if (reading instanceof BundleReading.Accepted accepted) {
      assertEquals(bundle, accepted.bundle()); // a bit of the gzip header that means nothing
    }
  }

  @Provide
  Arbitrary<Bundle> bundles() {
    return Arbitraries.randomValue(BundleFormatProperties::bundle);
  }

  private static Bundle bundle(Random random) {
    var policies = new ArrayList<BundledPolicy>();
    for (int i = random.nextInt(3); i > 0; i--) {
      Set<String> grants = new HashSet<>();
      for (int g = random.nextInt(4); g > 0; g--) {
        grants.add("g" + g);
      }
      policies.add(
          new BundledPolicy(
              "uid-" + i,
              new PolicyId("ns", "p" + i, random.nextInt(100)),
              random.nextBoolean() ? Optional.of(grants) : Optional.empty(),
              JsonObject.builder()
                  .put("version", "1")
                  .put("default", random.nextBoolean() ? "allow" : "deny")
                  .build()));
    }
    var grants = new ArrayList<BundledGrant>();
    for (int i = random.nextInt(4); i > 0; i--) {
      byte[] hash = new byte[32];
      random.nextBytes(hash);
      grants.add(
          new BundledGrant(
              "g" + i,
              HexFormat.of().formatHex(hash),
              random.nextBoolean()
                  ? Optional.of(Instant.ofEpochSecond(random.nextInt(), random.nextInt(1000)))
                  : Optional.empty(),
              random.nextBoolean() ? Map.of("team", "t-" + i, "example.org/x", "") : Map.of()));
    }
    var workloads = new ArrayList<Workload>();
    for (int i = random.nextInt(3); i > 0; i--) {
      workloads.add(
          new Workload(
              "w\u00e9 " + i,
              i == 1,
              target(random, i),
              random.nextBoolean() ? Optional.of("org/model-" + i) : Optional.empty(),
              safeguards(random)));
    }
    return new Bundle(
        new ServerIdentity("ns", "s", "uid"),
        1 + random.nextInt(1_000_000),
        policies,
        grants,
        workloads,
        random.nextBoolean() ? Optional.of(docker(random)) : Optional.empty(),
        random.nextBoolean() ? ToolMapping.NONE : ToolMapping.VLLM_MCP_SERVER,
        new AcceptedHosts(List.of("localhost"), List.of()),
        Bundles.TLS,
        random.nextBoolean() ? Bundles.keys(1) : Bundles.keys(3, 2, 1),
        random.nextInt(4) == 0
            ? Optional.of("several pods, counters not shared")
            : Optional.empty());
  }

  private static DockerEndpoint docker(Random random) {
    return new DockerEndpoint(
        URI.create("https://" + (random.nextBoolean() ? "gpu-box.example" : "[fd00::1]") + ":2376"),
        "tls-" + random.nextInt(9),
        random.nextBoolean() ? Map.of("app", "", "example.org/y", "Z") : Map.of("x", "true"),
        random.nextBoolean());
  }

  private static Workload.Target target(Random random, int i) {
    return switch (random.nextInt(4)) {
      case 0 -> Workload.Target.scaled("x.example/v1beta1", "Set", "sets", "s" + i);
      case 1 -> Workload.Target.pods(Map.of("app", "p" + i, "example.org/tier", ""));
      case 2 -> Workload.Target.container("V_llm." + i);
      default -> new Workload.Target("apps/v1", "Deployment", "d" + i);
    };
  }

  private static Safeguards safeguards(Random random) {
    var budgets = new ArrayList<String>();
    for (int i = random.nextInt(3); i > 0; i--) {
      budgets.add("budget-" + i);
    }
    Optional<Drain> drain =
        random.nextBoolean()
            ? Optional.of(
                new Drain(
                    Duration.ofSeconds(1 + random.nextInt(300)),
                    random.nextBoolean() ? Drain.WhenBusy.REFUSE : Drain.WhenBusy.STOP,
                    1 + random.nextInt(65_535),
                    random.nextBoolean() ? "/" : "/metrics?x=%20"))
            : Optional.empty();
    Optional<Contested> contested =
        switch (random.nextInt(4)) {
          case 0 -> Optional.of(new Contested.Rests("autoscaler `é`", random.nextInt(9)));
          case 1 -> Optional.of(new Contested.Paused("scaled.object", random.nextInt(9)));
          case 2 -> Optional.of(new Contested.Refused("Argo CD", "do \"this\"\nand that"));
          default -> Optional.empty();
        };
    return new Safeguards(random.nextInt(3), drain, budgets, random.nextBoolean(), contested);
  }
}
