// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.e2e;

import dev.mcppolicy.testkit.cluster.SharedCluster;
import dev.mcppolicy.testkit.cluster.TestCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.StoreScope;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * The product on the one cluster of the run, for parameters of type {@link Product}: images loaded
 * and chart installed once.
 */
public final class InstalledProduct implements ParameterResolver {
  private static final Namespace NAMESPACE = Namespace.create(InstalledProduct.class);
  private final SharedCluster cluster = new SharedCluster();

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Product.class;
  }

  @Override
  public Product resolveParameter(ParameterContext parameter, ExtensionContext context) {
    TestCluster running = cluster.resolveParameter(parameter, context);
    return context
        .getStore(StoreScope.LAUNCHER_SESSION, NAMESPACE)
        .getOrComputeIfAbsent(Product.class, _ -> install(running), Product.class);
  }

  private static Product install(TestCluster cluster) {
    try {
      Path repository = Path.of(System.getProperty("repository"));
      var product = new Product(cluster, repository);
      product.loadImages(Product.Images.built(repository));
      product.install();
      return product;
    } catch (IOException notInstalled) {
      throw new UncheckedIOException(notInstalled);
    }
  }
}
