// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** Which way the arrows go (ARCHITECTURE.md). */
final class ArchitectureTest {
  private static final String[] CORE = {
    "dev.mcppolicy.proxy",
    "dev.mcppolicy.proxy.http..",
    "dev.mcppolicy.proxy.identity..",
    "dev.mcppolicy.proxy.session..",
    "dev.mcppolicy.proxy.enforce..",
    "dev.mcppolicy.proxy.counters..",
    "dev.mcppolicy.proxy.audit..",
    "dev.mcppolicy.proxy.bundle..",
    "dev.mcppolicy.proxy.upstream..",
    "dev.mcppolicy.proxy.workload..",
    "dev.mcppolicy.proxy.management..",
    "dev.mcppolicy.proxy.local.."
  };

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.mcppolicy.proxy");

  @Test
  void sawTheModule() {
    assertTrue(CLASSES.size() > 150, "only " + CLASSES.size());
  }

  @Test
  void theCoreKnowsNoAdapter() {
    noClasses()
        .that()
        .resideInAnyPackage(CORE)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.mcppolicy.proxy.kubernetes..",
            "dev.mcppolicy.proxy.docker..",
            "dev.mcppolicy.proxy.sidecar..")
        .check(CLASSES);
  }

  @Test
  void noClusterDockerRedisOrTokenLibraryIsUsedOutsideAdapters() {
    noClasses()
        .that()
        .resideInAnyPackage(CORE)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.kubernetes..",
            "com.github.dockerjava..",
            "io.lettuce..",
            "redis..",
            "com.nimbusds..",
            "java.net.http..")
        .check(CLASSES);
  }

  @Test
  void theLibraryForDockersSocketIsInItsAdapterAlone() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.mcppolicy.proxy.docker.socket..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("com.github.dockerjava..")
        .check(CLASSES);
  }

  /** Its image does not have the library: an engine is reached over TLS, or not at all. */
  @Test
  void theSidecarKnowsNoSocketOfAnEngine() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.mcppolicy.proxy.docker.socket..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.mcppolicy.proxy.docker.socket..")
        .check(CLASSES);
  }

  @Test
  void theClusterKnowsNoDocker() {
    noClasses()
        .that()
        .resideInAnyPackage("dev.mcppolicy.proxy.kubernetes..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.mcppolicy.proxy.docker..")
        .check(CLASSES);
  }

  @Test
  void whatAnEngineIsAskedKnowsNoWayToIt() {
    noClasses()
        .that()
        .resideInAPackage("dev.mcppolicy.proxy.docker")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.mcppolicy.proxy.docker.socket..",
            "dev.mcppolicy.proxy.docker.tls..",
            "java.net.http..")
        .check(CLASSES);
  }

  @Test
  void nothingUsesFabric8OrTheOperator() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.fabric8..",
            "io.javaoperatorsdk..",
            "dev.mcppolicy.operator..",
            "dev.mcppolicy.api..")
        .check(CLASSES);
  }

  @Test
  void theFrontsKnowNoUpstreamAndNoWorkload() {
    noClasses()
        .that()
        .resideInAPackage("dev.mcppolicy.proxy.http..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.mcppolicy.proxy.upstream..", "dev.mcppolicy.proxy.workload..")
        .check(CLASSES);
  }

  @Test
  void micronautIsInTheSidecarAlone() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.mcppolicy.proxy.sidecar..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.micronaut..", "jakarta..")
        .check(CLASSES);
  }

  @Test
  void everyPackageIsNullMarked() {
    int seen = 0;
    for (JavaPackage found : CLASSES.getPackage("dev.mcppolicy.proxy").getSubpackagesInTree()) {
      assertTrue(found.isAnnotatedWith(NullMarked.class), found.getName());
      seen++;
    }
    assertTrue(seen >= 13, "only " + seen);
  }
}
