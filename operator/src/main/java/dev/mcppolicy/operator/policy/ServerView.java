// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.policy;

import dev.mcppolicy.operator.bundle.Acknowledgements;
import dev.mcppolicy.operator.bundle.Published;
import dev.mcppolicy.operator.watch.PodView;
import java.util.List;

/** A server as a policy sees it. */
sealed interface ServerView {

  /** There is no such server. */
  record Missing(String name) implements ServerView {}

  /** It was not looked at since the operator started. */
  record NotYetKnown(String name) implements ServerView {}

  /**
   * @param pods those that are neither finished nor being deleted
   */
  record Present(
      String namespace,
      String name,
      Published published,
      List<PodView> pods,
      Acknowledgements acknowledgements)
      implements ServerView {
    public Present {
      pods = List.copyOf(pods);
    }

    Present withPods(List<PodView> others) {
      return new Present(namespace, name, published, others, acknowledgements);
    }

    /** The pods that may be deciding calls. */
    List<PodView> deciding() {
      return pods.stream().filter(pod -> pod.mayDecide() || acknowledgements.hasAny(pod)).toList();
    }
  }
}
