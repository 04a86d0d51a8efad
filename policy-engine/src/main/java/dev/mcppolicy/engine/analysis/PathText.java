// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.analysis;

import dev.mcppolicy.engine.document.ValuePath;
import dev.mcppolicy.engine.document.Wording;
import java.util.List;

/** A path as a document writes it, quoted. */
final class PathText {
  private PathText() {}

  static String of(ValuePath path) {
    return Wording.quoted(
        switch (path) {
          case ValuePath.Argument(List<String> tokens) -> "args." + String.join(".", tokens);
          case ValuePath.GrantName() -> "grant.name";
          case ValuePath.GrantLabel(String key) -> "grant.labels." + key;
          case ValuePath.WorkloadName() -> "workload.name";
          case ValuePath.WorkloadReplicas() -> "workload.replicas";
        });
  }
}
