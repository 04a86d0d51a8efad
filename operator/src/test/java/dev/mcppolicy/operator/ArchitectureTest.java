// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The arrows of the operator. */
final class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.mcppolicy.operator");

  @Test
  void sawTheClasses() {
    assertTrue(CLASSES.size() > 60, "saw " + CLASSES.size());
  }

  @Test
  void knowsResourcesBundleEngineAndJsonOfOurs() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.mcppolicy.proxy..", "dev.mcppolicy.mcp..", "dev.mcppolicy.cli..")
        .check(CLASSES);
  }

  @Test
  void packagesDoNotDependOnEachOtherInCircles() {
    slices().matching("dev.mcppolicy.operator.(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void compilingABundleKnowsNoApiServer() {
    noClasses()
        .that()
        .resideInAPackage("dev.mcppolicy.operator.bundle")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.fabric8.kubernetes.client", "io.javaoperatorsdk..")
        .check(CLASSES);
  }

  @Test
  void everyPackageIsNullMarked() {
    classes()
        .that()
        .haveSimpleName("package-info")
        .should()
        .beAnnotatedWith(org.jspecify.annotations.NullMarked.class)
        .check(CLASSES);
  }
}
