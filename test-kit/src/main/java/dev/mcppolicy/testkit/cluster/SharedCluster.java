// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.testkit.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.StoreScope;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestWatcher;

/**
 * The one cluster of a test run, for {@code @ExtendWith(SharedCluster.class)}: a parameter of type
 * {@link TestCluster} (of a constructor, {@code @BeforeAll} or a test) starts it, the end of the
 * run removes it. The first failures leave the cluster's logs in {@code target/cluster-logs}.
 */
public final class SharedCluster implements ParameterResolver, TestWatcher {
  private static final Namespace NAMESPACE = Namespace.create(SharedCluster.class);
  private static final int MAX_COLLECTED = 3;
  private static final AtomicInteger COLLECTED = new AtomicInteger();

  private record Open(TestCluster cluster) implements AutoCloseable {
    static Open now() {
      try {
        return new Open(TestCluster.open());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() {
      cluster.close();
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == TestCluster.class;
  }

  @Override
  public TestCluster resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return context
        .getStore(StoreScope.LAUNCHER_SESSION, NAMESPACE)
        .getOrComputeIfAbsent(Open.class, type -> Open.now(), Open.class)
        .cluster();
  }

  @Override
  public void testFailed(ExtensionContext context, Throwable cause) {
    var open = context.getStore(StoreScope.LAUNCHER_SESSION, NAMESPACE).get(Open.class, Open.class);
    if (open == null || COLLECTED.incrementAndGet() > MAX_COLLECTED) {
      return;
    }
    var folder =
        Path.of(
            "target",
            "cluster-logs",
            context.getRequiredTestClass().getSimpleName()
                + "."
                + context.getRequiredTestMethod().getName());
    try {
      open.cluster().collectLogs(folder);
      System.err.println("the cluster's logs of the failed test are in " + folder.toAbsolutePath());
    } catch (IOException | RuntimeException e) {
      System.err.println("the cluster's logs could not be collected: " + e);
    }
  }
}
