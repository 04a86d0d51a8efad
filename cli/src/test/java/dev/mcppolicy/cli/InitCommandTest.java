// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.mcppolicy.engine.catalogue.PolicyTemplate;
import dev.mcppolicy.engine.document.PolicyReader;
import dev.mcppolicy.engine.document.PolicyReading;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class InitCommandTest {

  @ParameterizedTest
  @EnumSource
  void printsAPolicyThatCheckAcceptsWithoutWarnings(PolicyTemplate template) {
    for (List<String> more : List.of(List.<String>of(), List.of("--resource"))) {
      var arguments = new ArrayList<>(List.of("init", "vllm:" + template.word()));
      arguments.addAll(more);
      Ran printed = InProcess.run("", arguments);
      assertEquals(0, printed.exitCode(), printed.err());
      Ran checked = InProcess.run(printed.out(), List.of("check", "--strict", "-"));
      assertEquals(0, checked.exitCode(), checked.out());
      Ran tested = InProcess.run(printed.out(), List.of("test", "-"));
      assertEquals(0, tested.exitCode(), tested.out());
    }
  }

  @ParameterizedTest
  @EnumSource
  void printsTheSamePolicyAsAResource(PolicyTemplate template) {
    Ran printed =
        InProcess.run("init", "vllm:" + template.word(), "--resource", "--server", "vllm-2");
    var policy =
        assertInstanceOf(
            SourceEntry.Policy.class,
            PolicySource.read(new InputFile("stdin", printed.out())).getFirst());
    var document =
        assertInstanceOf(PolicyReading.Valid.class, PolicyReader.read(template.text())).document();
    assertEquals(document, policy.document());
    assertEquals("vllm-2-" + template.word(), policy.id().name());
    assertEquals(Optional.of(Set.of("vllm-2")), policy.servers());
    assertEquals(Optional.empty(), policy.grants());
    assertFalse(printed.out().contains("deny_if:"), printed.out());
  }
}
