// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.bundle;

import static dev.mcppolicy.bundle.Bundles.bundle;
import static dev.mcppolicy.bundle.Bundles.object;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.json.JsonText;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BundleFormatTest {

  private static byte[] gzip(String text) throws IOException {
    var out = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(out)) {
      gzip.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return out.toByteArray();
  }

  private static String refusal(byte[] bytes) {
    return assertInstanceOf(BundleReading.Refused.class, BundleFormat.decode(bytes)).reason();
  }

  /** The content in an envelope with a right digest. */
  private static byte[] envelope(long format, JsonObject content)
      throws IOException, NoSuchAlgorithmException {
    byte[] hash = MessageDigest.getInstance("SHA-256").digest(JsonText.bytes(content));
    return gzip(
        JsonText.string(
            JsonObject.builder()
                .put("format", format)
                .put("digest", "sha256:" + HexFormat.of().formatHex(hash))
                .put("content", content)
                .build()));
  }

  @Test
  void readsWhatItWrote() {
    assertEquals(
        new BundleReading.Accepted(bundle(5), BundleFormat.digest(bundle(5))),
        BundleFormat.decode(Bundles.encode(bundle(5))));
  }

  @Test
  void writesTheSameBytesForTheSameBundle() {
    assertArrayEquals(Bundles.encode(bundle(5)), Bundles.encode(bundle(5)));
  }

  @Test
  void refusesAFormatNewerThanKnownBeforeAnythingElse() throws IOException {
    assertEquals(
        "the bundle has format 2, newer than 1, the newest known here; upgrade the sidecar by"
            + " restarting its pod",
        refusal(gzip("{\"format\":2,\"other\":true}")));
  }

  @Test
  void refusesNoFormat() throws IOException {
    for (String wrong : List.of("{}", "{\"format\":0}", "{\"format\":\"1\"}", "{\"format\":-1}")) {
      assertEquals("the bundle states no format", refusal(gzip(wrong)));
    }
    assertEquals("the bundle is not an object", refusal(gzip("[]")));
  }

  @Test
  void refusesChangedContent() throws IOException, NoSuchAlgorithmException {
    JsonObject content = BundleWriter.content(bundle(5));
    String digest = BundleFormat.digest(bundle(5));
    byte[] changed =
        gzip(
            JsonText.string(
                JsonObject.builder()
                    .put("format", 1)
                    .put("digest", digest)
                    .put("content", content.with("sequence", JsonValue.of(6)))
                    .build()));
    assertEquals("the content does not have the stated digest", refusal(changed));
    assertInstanceOf(BundleReading.Accepted.class, BundleFormat.decode(envelope(1, content)));
  }

  @Test
  void refusesWhatIsNotGzipOrNotWhole() {
    byte[] whole = Bundles.encode(bundle(5));
    assertEquals("the bundle is not whole gzip data", refusal(new byte[0]));
    assertEquals("the bundle is not whole gzip data", refusal(new byte[] {1, 2, 3}));
    assertEquals(
        "the bundle is not whole gzip data",
        refusal(java.util.Arrays.copyOf(whole, whole.length / 2)));
  }

  @Test
  void refusesABombWithoutInflatingAllOfIt() throws IOException {
    var out = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(out)) {
      byte[] zeros = new byte[1 << 20];
      for (int i = 0; i < 256; i++) {
        gzip.write(zeros);
      }
    }
    assertTrue(out.size() < BundleFormat.BYTES_MAX, "the bomb has " + out.size() + " bytes");
    assertEquals(
        "the bundle inflates to more than the 16777216 bytes allowed", refusal(out.toByteArray()));
  }

  @Test
  void refusesMoreBytesThanASecretMayHave() {
    assertEquals(
        "the bundle has 921601 bytes, the most allowed is 921600",
        refusal(new byte[BundleFormat.BYTES_MAX + 1]));
  }

  @Test
  void saysSoWhenABundleIsTooLargeToPublish() {
    var random = new Random(1);
    Bundle base = bundle(1);
    List<BundledGrant> many =
        IntStream.range(0, 10_000)
            .mapToObj(
                i -> {
                  byte[] hash = new byte[32];
                  random.nextBytes(hash);
                  return new BundledGrant(
                      "grant-" + i + "-" + new java.math.BigInteger(700, random).toString(36),
                      HexFormat.of().formatHex(hash),
                      Optional.empty());
                })
            .toList();
    Bundle large =
        new Bundle(
            base.server(),
            1,
            base.policies(),
            many,
            base.workloads(),
            base.docker(),
            base.mapping(),
            base.accepted(),
            base.tls(),
            base.sessionKeys(),
            Optional.empty());
    var tooLarge = assertThrows(BundleTooLargeException.class, () -> BundleFormat.encode(large));
    assertTrue(
        String.valueOf(tooLarge.getMessage()).contains("the most allowed is 921600"),
        tooLarge::toString);
  }

  @Test
  void refusesMoreLabelsThanAGrantMayHave() {
    Bundle base = bundle(1);
    var labels = new HashMap<String, String>();
    for (int i = 0; i <= BundledGrant.LABELS_MAX; i++) {
      labels.put("example.org/label-" + i, "");
    }
    Bundle labelled =
        new Bundle(
            base.server(),
            1,
            base.policies(),
            List.of(new BundledGrant("a", "0a".repeat(32), Optional.empty(), labels)),
            base.workloads(),
            base.docker(),
            base.mapping(),
            base.accepted(),
            base.tls(),
            base.sessionKeys(),
            Optional.empty());
    var wrong = assertThrows(IllegalArgumentException.class, () -> BundleFormat.encode(labelled));
    assertTrue(
        String.valueOf(wrong.getMessage())
            .endsWith("content.grants[0].labels has more than the 64 allowed"),
        wrong::toString);
  }

  @Test
  void refusesToPublishWhatNoSidecarWouldTake() {
    Bundle base = bundle(0);
    var wrong = assertThrows(IllegalArgumentException.class, () -> BundleFormat.encode(base));
    assertEquals(
        "not a bundle that can be published: the bundle: content.sequence is not a whole number of 1 or more",
        wrong.getMessage());
  }

  @ParameterizedTest(name = "{0} = {1}: {2}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '!',
      value = {
        "server | {} | server.namespace is not a text of 1 to 65536",
        "server | {\"namespace\":\"A b\",\"name\":\"n\",\"uid\":\"u\"} | server.namespace is not of the form that it must have",
        "server | null | server is not an object",
        "sequence | 0 | sequence is not a whole number of 1 or more",
        "sequence | \"5\" | sequence is not a whole number of 1 or more",
        "sequence | 1.5 | sequence is not a whole number of 1 or more",
        "sequence | 99999999999999999999 | sequence is not a whole number of 1 or more",
        "surprise | true | content has the unknown member `surprise`",
        "policies | {} | policies is not a list of at most 1000",
        "policies | [5] | policies[0] is not an object",
        "policies | [{\"uid\":\"u\",\"namespace\":\"a\",\"name\":\"p\",\"generation\":1,\"document\":{}}] | policies[0].document of a/p: version: is missing; use `\"1\"`",
        "policies | [{\"uid\":\"u\",\"namespace\":\"a\",\"name\":\"p\",\"generation\":1,\"grants\":[5],\"document\":{}}] | policies[0].grants has an element that is not a text of 1 to 1024",
        "policies | [{\"uid\":\"u\",\"namespace\":\"a\",\"name\":\"p\",\"generation\":1,\"document\":{\"version\":\"1\",\"default\":\"deny\"}},{\"uid\":\"v\",\"namespace\":\"a\",\"name\":\"p\",\"generation\":2,\"document\":{\"version\":\"1\",\"default\":\"deny\"}}] | policies[1] repeats one that stands before it",
        "grants | [{\"name\":\"a\",\"tokenSha256\":\"00\"}] | grants[0].tokenSha256 is not of the form that it must have",
        "grants | [{\"name\":\"a\",\"tokenSha256\":\"H\"},{\"name\":\"b\",\"tokenSha256\":\"H\"}] | grants[1] repeats one that stands before it",
        "grants | [{\"name\":\"a\",\"tokenSha256\":\"H\",\"expiresAt\":\"soon\"}] | grants[0].expiresAt is not a time such as 2026-01-31T12:00:00Z",
        "grants | [{\"name\":\"a\",\"tokenSha256\":\"H\",\"admin\":true}] | grants[0] has the unknown member `admin`",
        "grants | [{\"name\":\"a\",\"tokenSha256\":\"H\",\"labels\":[]}] | grants[0].labels is not an object",
        "grants | [{\"name\":\"a\",\"tokenSha256\":\"H\",\"labels\":{\"team\":7}}] | grants[0].labels has one that is not a label as Kubernetes writes them",
        "grants | [{\"name\":\"a\",\"tokenSha256\":\"H\",\"labels\":{\"team x\":\"a\"}}] | grants[0].labels has one that is not a label as Kubernetes writes them",
        "grants | [{\"name\":\"a\",\"tokenSha256\":\"H\",\"labels\":{\"team\":\"a b\"}}] | grants[0].labels has one that is not a label as Kubernetes writes them",
        "workloads | [{\"name\":\"w\",\"default\":1,\"target\":{}}] | workloads[0].default is neither true nor false",
        "workloads | [{\"name\":\"w\",\"default\":true,\"target\":T},{\"name\":\"x\",\"default\":true,\"target\":T}] | workloads[1].default is true for a second workload",
        "workloads | [{\"name\":\"w\",\"default\":true,\"target\":{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\",\"name\":\"../x\"}}] | workloads[0].target.name is not of the form that it must have",
        "workloads | [{\"name\":\"w\",\"default\":true,\"target\":{\"apiVersion\":\"apps/v1/../v2\",\"kind\":\"Deployment\",\"name\":\"x\"}}] | workloads[0].target.apiVersion is not of the form that it must have",
        "workloads | [{\"name\":\"w\",\"default\":true,\"target\":{\"apiVersion\":\"x.example/v1\",\"kind\":\"Set\",\"resource\":\"sets/../pods\",\"name\":\"x\"}}] | workloads[0].target.resource is not of the form that it must have",
        "workloads | [{\"name\":\"w\",\"default\":true,\"target\":{\"apiVersion\":\"x.example/v1\",\"kind\":\"set\",\"resource\":\"sets\",\"name\":\"x\"}}] | workloads[0].target.kind is not of the form that it must have",
        "workloads | [{\"name\":\"w\",\"default\":true,\"target\":{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\",\"name\":\"x\",\"podLabels\":{}}}] | workloads[0].target.podLabels is for the kind Pods alone",
        "workloads | [{\"name\":\"w\",\"default\":true,\"target\":{\"apiVersion\":\"v1\",\"kind\":\"Pods\",\"podLabels\":{}}}] | workloads[0].target is not a selector of pods of version v1",
        "workloads | [{\"name\":\"w\",\"default\":true,\"target\":{\"apiVersion\":\"v2\",\"kind\":\"Pods\",\"podLabels\":{\"app\":\"x\"}}}] | workloads[0].target is not a selector of pods of version v1",
        "workloads | [{\"name\":\"w\",\"default\":true,\"target\":{\"apiVersion\":\"v1\",\"kind\":\"Pods\",\"podLabels\":{\"app\":\"a,b\"}}}] | workloads[0].target.podLabels has one that is not a label as Kubernetes writes them",
        "workloads | [{\"name\":\"w\",\"default\":true,\"target\":{\"apiVersion\":\"v1\",\"kind\":\"Pods\",\"podLabels\":{\"app\":\"x\"},\"name\":\"x\"}}] | workloads[0].target has the unknown member `name`",
        "workloads | [{\"name\":\"w\",\"default\":true,\"target\":T,\"safeguards\":{\"floor\":1}}] | workloads[0].safeguards has the unknown member `floor`",
        "workloads | [{\"name\":\"w\",\"default\":true,\"target\":T,\"safeguards\":{\"minReadyReplicas\":-1}}] | workloads[0].safeguards.minReadyReplicas is not a whole number of 0 or more",
        "workloads | [{\"name\":\"w\",\"default\":true,\"target\":T,\"safeguards\":{\"minReadyReplicas\":2147483648}}] | workloads[0].safeguards.minReadyReplicas is more than 2147483647",
        "workloads | [{\"name\":\"w\",\"default\":true,\"target\":T,\"safeguards\":{\"budgets\":[\"../x\"]}}] | workloads[0].safeguards.budgets has an element that is no name of an object",
        "workloads | [{\"name\":\"w\",\"default\":true,\"target\":T,\"safeguards\":{\"drain\":{\"timeoutMillis\":300001,\"whenBusy\":\"Stop\",\"port\":1,\"path\":\"/\"}}}] | workloads[0].safeguards.drain.timeoutMillis is more than 300000",
        "workloads | [{\"name\":\"w\",\"default\":true,\"target\":T,\"safeguards\":{\"drain\":{\"timeoutMillis\":1000,\"whenBusy\":\"Wait\",\"port\":1,\"path\":\"/\"}}}] | workloads[0].safeguards.drain.whenBusy is not known here",
        "workloads | [{\"name\":\"w\",\"default\":true,\"target\":T,\"safeguards\":{\"drain\":{\"timeoutMillis\":1000,\"whenBusy\":\"Stop\",\"port\":65536,\"path\":\"/\"}}}] | workloads[0].safeguards.drain.port is more than 65535",
        "workloads | [{\"name\":\"w\",\"default\":true,\"target\":T,\"safeguards\":{\"drain\":{\"timeoutMillis\":1000,\"whenBusy\":\"Stop\",\"port\":1,\"path\":\"/ x\"}}}] | workloads[0].safeguards.drain.path is not of the form that it must have",
        "workloads | [{\"name\":\"w\",\"default\":true,\"target\":T,\"safeguards\":{\"contested\":{\"then\":\"ignored\"}}}] | workloads[0].safeguards.contested.then is not known here",
        "workloads | [{\"name\":\"w\",\"default\":true,\"target\":T,\"safeguards\":{\"contested\":{\"then\":\"refused\",\"by\":\"x\",\"remedy\":\"y\",\"minReplicas\":1}}}] | workloads[0].safeguards.contested has the unknown member `minReplicas`",
        "workloads | [{\"name\":\"w\",\"default\":true,\"target\":{\"apiVersion\":\"mcppolicy.dev/v1alpha1\",\"kind\":\"Container\",\"name\":\"a/../b\"}}] | workloads[0].target.name is not of the form that it must have",
        "workloads | [{\"name\":\"w\",\"default\":true,\"target\":{\"apiVersion\":\"mcppolicy.dev/v1alpha1\",\"kind\":\"McpServer\",\"name\":\"a\"}}] | workloads[0].target.kind is nothing that can be acted on",
        "workloads | [{\"name\":\"w\",\"default\":true,\"target\":{\"apiVersion\":\"mcppolicy.dev/v1alpha1\",\"kind\":\"Container\",\"resource\":\"containers\",\"name\":\"ab\"}}] | workloads[0].target has the unknown member `resource`",
        "docker | {\"endpoint\":\"http://h:2376\",\"tlsSecretName\":\"tls\",\"requiredLabels\":{\"a\":\"b\"},\"allowRemove\":false} | docker.endpoint is not of the form https://HOST:PORT alone",
        "docker | {\"endpoint\":\"https://h\",\"tlsSecretName\":\"tls\",\"requiredLabels\":{\"a\":\"b\"},\"allowRemove\":false} | docker.endpoint is not of the form https://HOST:PORT alone",
        "docker | {\"endpoint\":\"https://h:2376/\",\"tlsSecretName\":\"tls\",\"requiredLabels\":{\"a\":\"b\"},\"allowRemove\":false} | docker.endpoint is not of the form https://HOST:PORT alone",
        "docker | {\"endpoint\":\"https://u@h:2376\",\"tlsSecretName\":\"tls\",\"requiredLabels\":{\"a\":\"b\"},\"allowRemove\":false} | docker.endpoint is not of the form https://HOST:PORT alone",
        "docker | {\"endpoint\":\"https://h:2376?x\",\"tlsSecretName\":\"tls\",\"requiredLabels\":{\"a\":\"b\"},\"allowRemove\":false} | docker.endpoint is not of the form https://HOST:PORT alone",
        "docker | {\"endpoint\":\"https://h:0\",\"tlsSecretName\":\"tls\",\"requiredLabels\":{\"a\":\"b\"},\"allowRemove\":false} | docker.endpoint is not of the form https://HOST:PORT alone",
        "docker | {\"endpoint\":\"https://h:65536\",\"tlsSecretName\":\"tls\",\"requiredLabels\":{\"a\":\"b\"},\"allowRemove\":false} | docker.endpoint is not of the form https://HOST:PORT alone",
        "docker | {\"endpoint\":\"unix:///var/run/docker.sock\",\"tlsSecretName\":\"tls\",\"requiredLabels\":{\"a\":\"b\"},\"allowRemove\":false} | docker.endpoint is not of the form https://HOST:PORT alone",
        "docker | {\"endpoint\":\"https://[g]:1\",\"tlsSecretName\":\"tls\",\"requiredLabels\":{\"a\":\"b\"},\"allowRemove\":false} | docker.endpoint is not of the form https://HOST:PORT alone",
        "docker | {\"endpoint\":\"https://h_h:1\",\"tlsSecretName\":\"tls\",\"requiredLabels\":{\"a\":\"b\"},\"allowRemove\":false} | docker.endpoint is not of the form https://HOST:PORT alone",
        "docker | null | docker is not an object",
        "docker | {\"endpoint\":\"https://h:2376\",\"tlsSecretName\":\"../x\",\"requiredLabels\":{\"a\":\"b\"},\"allowRemove\":false} | docker.tlsSecretName is not of the form that it must have",
        "docker | {\"endpoint\":\"https://h:2376\",\"tlsSecretName\":\"tls\",\"requiredLabels\":{},\"allowRemove\":false} | docker.requiredLabels is empty",
        "docker | {\"endpoint\":\"https://h:2376\",\"tlsSecretName\":\"tls\",\"requiredLabels\":{\"a\":7},\"allowRemove\":false} | docker.requiredLabels has one that is not a label as Kubernetes writes them",
        "docker | {\"endpoint\":\"https://h:2376\",\"tlsSecretName\":\"tls\",\"requiredLabels\":{\"k0\":\"\",\"k1\":\"\",\"k2\":\"\",\"k3\":\"\",\"k4\":\"\",\"k5\":\"\",\"k6\":\"\",\"k7\":\"\",\"k8\":\"\",\"k9\":\"\",\"k10\":\"\",\"k11\":\"\",\"k12\":\"\",\"k13\":\"\",\"k14\":\"\",\"k15\":\"\",\"k16\":\"\"},\"allowRemove\":false} | docker.requiredLabels has more than the 16 allowed",
        "docker | {\"endpoint\":\"https://h:2376\",\"tlsSecretName\":\"tls\",\"requiredLabels\":{\"a\":\"b\"},\"allowRemove\":\"no\"} | docker.allowRemove is neither true nor false",
        "docker | {\"endpoint\":\"https://h:2376\",\"tlsSecretName\":\"tls\",\"requiredLabels\":{\"a\":\"b\"},\"allowRemove\":false,\"ca\":\"x\"} | docker has the unknown member `ca`",
        "docker | {\"tlsSecretName\":\"tls\"} | docker.endpoint is not a text of 1 to 65536",
        "toolMapping | \"docker\" | toolMapping is not known here",
        "accepted | {\"hosts\":[\"\"],\"origins\":[]} | accepted.hosts has an element that is not a text of 1 to 1024",
        "tls | {\"certificate\":\"secret-in-the-wrong-place\",\"privateKey\":\"x\"} | tls.certificate is not a certificate in PEM",
        "tls | {\"certificate\":\"-----BEGIN CERTIFICATE-----\",\"privateKey\":\"secret\"} | tls.privateKey is not a PKCS #8 key in PEM",
        "sessionKeys | [] | sessionKeys is not 1 to 4 keys of 32 bytes in base64",
        "sessionKeys | [\"c2VjcmV0\"] | sessionKeys is not 1 to 4 keys of 32 bytes in base64",
        "sessionKeys | [\"!!\"] | sessionKeys is not 1 to 4 keys of 32 bytes in base64",
        "denyAll | \"\" | denyAll is not a text of 1 to 65536",
      })
  void refusesAMemberThatIsNotAsItMustBe(String member, String json, String reason)
      throws IOException, NoSuchAlgorithmException {
    String value =
        json.replace("\"H\"", "\"" + "0a".repeat(32) + "\"")
            .replace(
                ":T", ":{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\",\"name\":\"vllm\"}");
    JsonValue changed = object("{\"x\":" + value + "}").get("x").orElseThrow();
    String refusal = refusal(envelope(1, BundleWriter.content(bundle(5)).with(member, changed)));
    assertEquals("the bundle: " + reason, refusal.replace("content.", ""));
    assertFalse(refusal.contains("secret"));
  }

  @Test
  void showsNoSecretInItsText() {
    String text = bundle(5).toString();
    assertFalse(text.contains("BEGIN"), text);
    assertTrue(text.contains("SessionKey[secret]"), text);
  }
}
