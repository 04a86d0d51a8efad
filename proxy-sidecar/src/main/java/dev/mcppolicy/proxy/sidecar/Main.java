// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.sidecar;

import io.micronaut.context.ApplicationContext;
import java.util.concurrent.CountDownLatch;
import org.slf4j.LoggerFactory;

/** The entry point of the sidecar's image. */
public final class Main {
  private static final int FAILED = 1;

  private Main() {}

  static void main() throws InterruptedException {
    Logging.toStandardError();
    try {
      ApplicationContext context =
          ApplicationContext.builder()
              .deduceEnvironment(false)
              .deduceCloudEnvironment(false)
              .banner(false)
              .start();
      Runtime.getRuntime().addShutdownHook(new Thread(context::close, "end"));
      context.getBean(Sidecar.class).start();
    } catch (Exception e) {
      LoggerFactory.getLogger(Main.class).error("the sidecar cannot start", e);
      System.exit(FAILED);
    }
    new CountDownLatch(1).await(); // until a signal ends the process
  }
}
