// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Clock;
import java.time.Instant;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

final class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.mcppolicy.engine");

  @Test
  void sawTheModule() {
    assertTrue(CLASSES.size() > 30, "only " + CLASSES.size());
  }

  @Test
  void knowsNothingOfOursButJson() {
    classes()
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "dev.mcppolicy.engine..",
            "com.google.re2j",
            "dev.mcppolicy.json",
            "com.google.re2j..",
            "java..",
            "org.jspecify..",
            "org.snakeyaml.engine..",
            "com.google.re2j")
        .check(CLASSES);
  }

  @Test
  void readsNoFileNoNetworkAndNoClock() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.mcppolicy.engine.catalogue") // reads what its own jar holds
        .should()
        .dependOnClassesThat(
            DescribedPredicate.describe(
                "do I/O",
                (JavaClass type) ->
                    type.getPackageName().startsWith("java.net")
                        || type.getPackageName().startsWith("java.nio.file")
                        || type.getPackageName().startsWith("java.nio.channels")
                        || (type.getPackageName().equals("java.io")
                            && !type.getSimpleName().equals("Serializable"))))
        .check(CLASSES);
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.net..", "java.nio.file..", "java.nio.channels..")
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.io.File")
        .check(CLASSES);
    noClasses().should().callMethod(Instant.class, "now").check(CLASSES);
    noClasses().should().dependOnClassesThat().belongToAnyOf(Clock.class).check(CLASSES);
    noClasses().should().callMethod(System.class, "currentTimeMillis").check(CLASSES);
    noClasses().should().callMethod(System.class, "nanoTime").check(CLASSES);
  }

  @Test
  void documentKnowsNothingOfDecisions() {
    noClasses()
        .that()
        .resideInAPackage("dev.mcppolicy.engine.document")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.mcppolicy.engine")
        .check(CLASSES);
  }

  @Test
  void decisionsKnowNothingOfTheCatalogueOfRisks() {
    noClasses()
        .that()
        .resideInAnyPackage("dev.mcppolicy.engine", "dev.mcppolicy.engine.document")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.mcppolicy.engine.catalogue")
        .check(CLASSES);
  }

  @Test
  void everyPackageIsNullMarked() {
    for (String name :
        new String[] {
          "dev.mcppolicy.engine",
          "dev.mcppolicy.engine.analysis",
          "dev.mcppolicy.engine.catalogue",
          "dev.mcppolicy.engine.document",
          "dev.mcppolicy.engine.schema"
        }) {
      assertTrue(CLASSES.getPackage(name).isAnnotatedWith(NullMarked.class), name);
    }
  }
}
