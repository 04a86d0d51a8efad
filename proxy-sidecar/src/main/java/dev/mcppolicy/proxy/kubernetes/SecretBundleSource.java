// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.kubernetes;

import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.proxy.bundle.Activation;
import dev.mcppolicy.proxy.bundle.BundleReceiver;
import dev.mcppolicy.proxy.bundle.BundleSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bundle Secret of one server. A lost connection and a refused bundle change nothing about the
 * one in use; a Secret that provably is deleted withdraws it.
 */
public final class SecretBundleSource implements BundleSource {
  private static final Logger LOG = LoggerFactory.getLogger(SecretBundleSource.class);
  private static final String DATA_KEY = "bundle.json.gz";

  private final ServerStateAcks acks;
  private final String server;
  private final String secret;
  private final ObjectWatch watch;
  private byte[] offered = {};

  public SecretBundleSource(ApiServer api, String namespace, String server, ServerStateAcks acks) {
    this(api, namespace, server, acks, ObjectWatch.Settings.DEFAULT);
  }

  SecretBundleSource(
      ApiServer api,
      String namespace,
      String server,
      ServerStateAcks acks,
      ObjectWatch.Settings settings) {
    this.acks = acks;
    this.server = server;
    this.secret = server + "-mcp";
    this.watch =
        new ObjectWatch(
            api, "/api/v1/namespaces/" + namespace + "/secrets", secret, "the bundle", settings);
  }

  @Override
  public void start(BundleReceiver receiver) {
    acks.start();
    watch.start(
        new ObjectWatch.Sink() {
          @Override
          public void present(JsonObject object) {
            take(object, receiver);
          }

          @Override
          public void absent() {
            offered = new byte[0]; // the same one made again is offered again
            receiver.withdraw(
                "its bundle Secret `"
                    + secret
                    + "` does not exist, so the McpServer `"
                    + server
                    + "` was deleted or is being made anew; whoever runs it must create the"
                    + " McpServer again, or take the label mcppolicy.dev/server from the pods");
          }
        });
  }

  @Override
  public void close() {
    acks.close();
    watch.close();
  }

  private void take(JsonObject object, BundleReceiver receiver) {
    boolean ours =
        object
            .object("metadata")
            .flatMap(metadata -> metadata.string("name"))
            .equals(Optional.of(secret));
    Optional<byte[]> content =
        object
            .object("data")
            .flatMap(data -> data.string(DATA_KEY))
            .flatMap(SecretBundleSource::decoded);
    if (!ours || content.isEmpty()) {
      LOG.warn("Secret `{}` has no bundle in `{}`; the bundle in use stays", secret, DATA_KEY);
      return;
    }
    if (Arrays.equals(content.get(), offered)) {
      return;
    }
    Activation activation = receiver.offer(content.get());
    offered = content.get(); // and not before: what broke is offered again
    switch (activation) {
      case Activation.Activated activated -> acks.acknowledge(activated);
      case Activation.Refused(String why) ->
          LOG.warn("a bundle was refused, the one in use stays: {}", why);
    }
  }

  private static Optional<byte[]> decoded(String base64) {
    try {
      return Optional.of(Base64.getDecoder().decode(base64));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
