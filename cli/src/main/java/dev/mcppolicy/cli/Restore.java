// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.cli;

import dev.mcppolicy.cli.BringBack.Found;
import dev.mcppolicy.cli.ClusterApi.Reply;
import dev.mcppolicy.cli.DeclaredWorkloads.Declared;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * Brings workloads back, one after the other; what goes wrong with one does not keep the others
 * from it.
 */
final class Restore {
  private static final int ATTEMPTS_MAX = 5;
  private static final int FORBIDDEN = 403;

  private final ClusterApi api;
  private final String namespace;
  private final String server;
  private final Terminal terminal;
  private final InstantSource clock;
  private final boolean isDry;
  private boolean allWell = true;

  Restore(
      ClusterApi api,
      String namespace,
      String server,
      Terminal terminal,
      InstantSource clock,
      boolean isDry) {
    this.api = api;
    this.namespace = namespace;
    this.server = server;
    this.terminal = terminal;
    this.clock = clock;
    this.isDry = isDry;
  }

  /**
   * @param isNamed whether the person named the one workload: it is then brought back although no
   *     stop of it stands
   * @return false when one could not be brought back; why was said
   */
  boolean all(List<Declared> workloads, boolean isNamed) throws IOException {
    var by = isDry ? Optional.<String>empty() : RestoreRecord.whoIsThis(api);
    var record =
        new RestoreRecord(api, namespace, DeclaredWorkloads.statePath(namespace, server), by);
    for (Declared workload : workloads) {
      Optional<BringBack> back = BringBack.of(workload.target(), namespace);
      if (workload.engine().isPresent()) {
        wrong(workload, elsewhere(workload, workload.engine().get()));
      } else if (back.isEmpty()) {
        wrong(
            workload,
            "a "
                + workload.target().string("kind").orElse("target without a kind")
                + " cannot be brought back by this version; look how it is started, and start it"
                + " yourself");
      } else {
        try {
          if (released(workload)) {
            one(workload, back.get(), isNamed, record);
          }
        } catch (IOException e) {
          wrong(workload, String.valueOf(e.getMessage()));
        }
      }
    }
    return allWell;
  }

  /** Only the sidecar holds what opens the engine; a person has their own way to that machine. */
  private static String elsewhere(Declared workload, String engine) {
    String container = workload.target().string("name").orElse("");
    return "container `%1$s` is run by the engine at `%2$s`, which the cluster cannot ask; nothing was changed. Let an agent call start_vllm with container_name `%3$s`, or run `docker start %1$s` on that machine"
        .formatted(container, engine, workload.name());
  }

  /** False when something keeps it paused, so that it would not stay what it is brought back to. */
  private boolean released(Declared workload) throws IOException {
    Optional<ScaledObjectRelease> release = ScaledObjectRelease.of(api, namespace, workload);
    if (release.isEmpty()) {
      return true;
    }
    return switch (release.get().release(isDry)) {
      case ScaledObjectRelease.Result.NotPaused() -> true;
      case ScaledObjectRelease.Result.Released() -> {
        terminal.print(
            "%s: %s %s released\n"
                .formatted(workload.name(), release.get().display(), isDry ? "would be" : "was"));
        yield true;
      }
      case ScaledObjectRelease.Result.Not(String why) -> {
        wrong(workload, why);
        yield false;
      }
    };
  }

  private void one(Declared workload, BringBack back, boolean isNamed, RestoreRecord record)
      throws IOException {
    Optional<Found.Stopped> unanswered = Optional.empty();
    int replicas = workload.kept().map(KeptWorkload::replicas).orElse(1);
    for (int attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
      switch (back.look(api)) {
        case Found.Runs(String how) -> {
          if (unanswered.isPresent()) { // the answer was lost, the change was not
            done(workload, back, unanswered.get(), replicas, record);
          } else {
            said(workload, back, how + "; nothing to do");
          }
          return;
        }
        case Found.Unseen(String why) -> {
          wrong(workload, why + "; ask for " + back.right() + " of that name, if it exists");
          return;
        }
        case Found.Stopped _ when !isNamed && !stands(workload) -> {
          said(workload, back, notByATool(workload) + ". Name it to bring it back to " + replicas);
          return;
        }
        case Found.Stopped _ when isDry -> {
          said(workload, back, "would be " + back.does(replicas) + ", " + why(workload));
          return;
        }
        case Found.Stopped stopped -> {
          Optional<Reply> reply = started(back, stopped, replicas);
          if (reply.isEmpty()) {
            unanswered = Optional.of(stopped);
          } else if (reply.get() instanceof Reply.Denied(int status, String message)) {
            if (status != ClusterApi.CONFLICT) {
              wrong(
                  workload,
                  message
                      + (status == FORBIDDEN ? "; ask for " + back.right() + " of that name" : ""));
              return;
            }
          } else {
            done(workload, back, stopped, replicas, record);
            return;
          }
        }
      }
    }
    wrong(
        workload,
        "somebody else changed it "
            + ATTEMPTS_MAX
            + " times meanwhile; look who does, then try again");
  }

  private static boolean stands(Declared workload) {
    return workload.kept().filter(KeptWorkload::stands).isPresent();
  }

  private static String notByATool(Declared workload) {
    return workload
        .kept()
        .map(
            kept ->
                "is stopped, but not by a tool, whose last stop was undone at "
                    + kept.undoneAt()
                    + "; left alone")
        .orElse("is stopped, but no tool has stopped it; left alone");
  }

  /** Empty when there was no answer, so that it has to be looked at again. */
  private Optional<Reply> started(BringBack back, Found.Stopped stopped, int replicas) {
    try {
      return Optional.of(back.start(api, stopped, replicas));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private void done(
      Declared workload,
      BringBack back,
      Found.Stopped stopped,
      int replicas,
      RestoreRecord record) {
    said(workload, back, "was " + back.does(replicas) + ", " + why(workload));
    try {
      record
          .write(workload, back.reference(), stopped.uid(), back.does(replicas), clock.instant())
          .forEach(problem -> complain(workload, problem));
    } catch (IOException e) {
      complain(workload, "it could not be recorded who brought it back: " + e.getMessage());
    }
  }

  private static String why(Declared workload) {
    return workload
        .kept()
        .map(KeptWorkload::display)
        .orElse("because no stop of it kept how many it had");
  }

  private void said(Declared workload, BringBack back, String what) {
    terminal.print(workload.name() + ": " + back.reference().display() + " " + what + "\n");
  }

  private void wrong(Declared workload, String why) {
    allWell = false;
    complain(workload, why);
  }

  private void complain(Declared workload, String why) {
    terminal.err().println("mcp-policy: " + workload.name() + ": " + why);
    terminal.err().flush();
  }
}
