// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.bundle;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.File;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

final class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.mcppolicy.bundle");

  @Test
  void sawTheModule() {
    assertTrue(CLASSES.size() > 20, "only " + CLASSES.size());
  }

  @Test
  void knowsNothingOfOursButJsonAndTheEngine() {
    classes()
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "dev.mcppolicy.bundle",
            "dev.mcppolicy.engine..",
            "dev.mcppolicy.json",
            "java..",
            "org.jspecify..")
        .check(CLASSES);
  }

  @Test
  void readsNoFileNoNetworkAndNoClock() {
    noClasses()
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("java.net..", "java.nio.file..")
                .and(not(equivalentTo(URI.class)))) // a value: opens nothing by itself
        .check(CLASSES);
    noClasses()
        .should()
        .dependOnClassesThat()
        .belongToAnyOf(File.class, Clock.class)
        .check(CLASSES);
    noClasses().should().callMethod(Instant.class, "now").check(CLASSES);
  }

  @Test
  void everyPackageIsNullMarked() {
    assertTrue(CLASSES.getPackage("dev.mcppolicy.bundle").isAnnotatedWith(NullMarked.class));
  }
}
