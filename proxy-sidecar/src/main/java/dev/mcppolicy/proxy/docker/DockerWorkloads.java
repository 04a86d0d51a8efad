// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.docker;

import dev.mcppolicy.bundle.Workload;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.proxy.docker.DeclaredContainers.Found;
import dev.mcppolicy.proxy.workload.Deadline;
import dev.mcppolicy.proxy.workload.LastBytes;
import dev.mcppolicy.proxy.workload.LogLimits;
import dev.mcppolicy.proxy.workload.Platform;
import dev.mcppolicy.proxy.workload.Revocation;
import dev.mcppolicy.proxy.workload.StopOptions;
import dev.mcppolicy.proxy.workload.StopOptions.Removal;
import dev.mcppolicy.proxy.workload.Turns;
import dev.mcppolicy.proxy.workload.WorkloadChange.Made;
import dev.mcppolicy.proxy.workload.WorkloadControl;
import dev.mcppolicy.proxy.workload.WorkloadLogs;
import dev.mcppolicy.proxy.workload.WorkloadLook;
import dev.mcppolicy.proxy.workload.WorkloadOutcome;
import dev.mcppolicy.proxy.workload.WorkloadOutcome.AlreadyThere;
import dev.mcppolicy.proxy.workload.WorkloadOutcome.Changed;
import dev.mcppolicy.proxy.workload.WorkloadOutcome.Failed;
import dev.mcppolicy.proxy.workload.WorkloadOutcome.Refused;
import dev.mcppolicy.proxy.workload.WorkloadPreview;
import dev.mcppolicy.proxy.workload.WorkloadReplicas;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Declared containers of an engine, stopped, started, restarted, read and, where that is allowed,
 * removed. A container counts as one replica.
 *
 * <p>Each act looks the container up by its declared name first, checks name and labels, and is
 * addressed to the id that was found.
 */
public final class DockerWorkloads implements WorkloadControl, AutoCloseable {
  private static final int RESTART_GRACE_SECONDS = 10;
  private static final int NOT_FOUND = 404;
  private static final int KILLED = 137;

  private final DockerSettings settings;
  private final Engine engine;
  private final DeclaredContainers containers;
  private final ContainerChanges changes;
  private final Turns turns;

  /**
   * @param transport closed with this
   */
  public DockerWorkloads(DockerSettings settings, EngineTransport transport) {
    this(settings, transport, new Turns());
  }

  /**
   * @param turns of the workloads, which others may take part in
   */
  public DockerWorkloads(DockerSettings settings, EngineTransport transport, Turns turns) {
    this.settings = settings;
    this.engine = new Engine(transport);
    this.containers = new DeclaredContainers(engine, settings);
    this.changes = new ContainerChanges(engine);
    this.turns = turns;
  }

  @Override
  public WorkloadOutcome stop(
      Workload workload, List<Workload> declared, StopOptions options, Duration timeout) {
    return act(
        workload,
        Deadline.after(timeout),
        (container, by) -> stop(workload, container, options, by));
  }

  private WorkloadOutcome stop(
      Workload workload, Container container, StopOptions options, Deadline deadline) {
    boolean removes = options.removal() == Removal.ASKED && settings.mayRemove();
    if (!container.isRunning()) {
      return removes
          ? removed(workload, container, display(workload) + " did not run", deadline)
          : new AlreadyThere(container.replicas(), OptionalInt.of(1), notRemoved(options));
    }
    if (container.removesItself() && !removes) {
      return new Refused(
          "%s was made with --rm, so a stop would remove it for good; make it anew without --rm"
                  .formatted(display(workload))
              + (settings.mayRemove() ? ", or say remove: true" : ""));
    }
    EngineReply<Optional<JsonObject>> reply =
        changes.make(
            new ContainerChanges.Change(workload, container, Made.STOPPED),
            "POST",
            "/containers/%s/stop?t=%d".formatted(container.id(), options.grace().toSeconds()),
            deadline);
    return failure("stopped", reply)
        .orElseGet(() -> afterStop(workload, container, options, deadline));
  }

  private WorkloadOutcome afterStop(
      Workload workload, Container container, StopOptions options, Deadline deadline) {
    boolean removes = options.removal() == Removal.ASKED && settings.mayRemove();
    return switch (containers.again(workload, container, deadline)) {
      case Found.One(Container now) when now.isRunning() ->
          new Failed(
              "the engine took the stop, but it is " + now.status(),
              "look at it with `docker inspect %s`".formatted(workload.target().name()),
              true);
      case Found.One(Container now) -> {
        String did =
            "%s was stopped; %s"
                .formatted(
                    display(workload),
                    now.exitCode() == KILLED
                        ? "it did not end within %d s and was killed"
                            .formatted(options.grace().toSeconds())
                        : now.state());
        yield removes
            ? removed(workload, now, did, deadline)
            : new Changed(did, OptionalInt.of(1), now.replicas(), notRemoved(options));
      }
      case Found.NotDeclared _ -> // it removed itself, as was asked for
          gone(display(workload) + " was stopped, which removed it");
      case Found.NotKnown(String why) ->
          new Failed(
              "the engine took the stop, but how it stands now is not known: " + why,
              "look again",
              true);
    };
  }

  private WorkloadOutcome removed(
      Workload workload, Container container, String did, Deadline deadline) {
    EngineReply<Optional<JsonObject>> reply =
        changes.make(
            new ContainerChanges.Change(workload, container, Made.REMOVED),
            "DELETE",
            "/containers/" + container.id(),
            deadline);
    boolean isGone =
        reply instanceof EngineReply.Denied<?>(int status, String _) && status == NOT_FOUND;
    return isGone
        ? gone(did + " and is gone")
        : failure(did + ", but not removed", reply).orElseGet(() -> gone(did + " and was removed"));
  }

  private static WorkloadOutcome gone(String did) {
    return new Changed(
        did,
        OptionalInt.empty(),
        new WorkloadReplicas(0, 0, OptionalInt.empty(), OptionalInt.of(0)),
        List.of("start_vllm cannot bring a removed container back: it has to be created anew."));
  }

  private List<String> notRemoved(StopOptions options) {
    return switch (options.removal()) {
      case DECLINED -> List.of();
      case UNSAID ->
          List.of(
              settings.mayRemove()
                  ? "The container stays: it is removed only for remove: true, said explicitly."
                  : "The container stays: nothing is removed here.");
      case ASKED ->
          List.of(
              "The container stays although remove: true was said: "
                  + settings.removeSetting()
                  + " is not set.");
    };
  }

  @Override
  public WorkloadOutcome start(Workload workload, Duration timeout) {
    return act(
        workload,
        Deadline.after(timeout),
        (container, by) ->
            container.isRunning()
                ? new AlreadyThere(container.replicas(), OptionalInt.empty(), remarks(container))
                : ran(
                    new ContainerChanges.Change(workload, container, Made.STARTED),
                    "start",
                    "started",
                    by));
  }

  @Override
  public WorkloadOutcome restart(Workload workload, List<Workload> declared, Duration timeout) {
    return act(
        workload,
        Deadline.after(timeout),
        (container, by) ->
            ran(
                new ContainerChanges.Change(workload, container, Made.RESTARTED),
                "restart?t=" + RESTART_GRACE_SECONDS,
                container.isRunning() ? "restarted" : "not running and was started",
                by));
  }

  private static List<String> remarks(Container container) {
    return container.status().equals("running")
        ? List.of()
        : List.of("The engine says of it: " + container.status() + ".");
  }

  private WorkloadOutcome ran(
      ContainerChanges.Change change, String path, String did, Deadline deadline) {
    Container container = change.container();
    EngineReply<Optional<JsonObject>> reply =
        changes.make(change, "POST", "/containers/" + container.id() + "/" + path, deadline);
    return failure(did, reply)
        .orElseGet(() -> afterRun(change.workload(), container, did, deadline));
  }

  private WorkloadOutcome afterRun(
      Workload workload, Container container, String did, Deadline deadline) {
    return switch (containers.again(workload, container, deadline)) {
      case Found.One(Container now) when now.isRunning() ->
          new Changed(
              "%s was %s".formatted(display(workload), did),
              OptionalInt.of(container.isRunning() ? 1 : 0),
              now.replicas(),
              remarks(now));
      case Found.One(Container now) ->
          new Failed(
              "it was %s and ended at once: %s".formatted(did, now.state()),
              "read why with get_vllm_logs",
              true);
      case Found.NotDeclared(String why) ->
          new Failed("it was %s and is gone: %s".formatted(did, why), "see what removed it", true);
      case Found.NotKnown(String why) ->
          new Failed(
              "the engine took it, but how it stands now is not known: " + why, "look again", true);
    };
  }

  @Override
  public WorkloadLook look(Workload workload, Duration timeout) {
    return switch (containers.find(workload, Deadline.after(timeout))) {
      case Found.One(Container container) ->
          new WorkloadLook.Seen(container.replicas(), container.state());
      case Found.NotDeclared(String why) -> new WorkloadLook.Unseen(why, "then look again");
      case Found.NotKnown(String why) ->
          new WorkloadLook.Unseen(why, "see that the engine runs and may be used");
    };
  }

  /** Neither its GPUs nor its requests: an engine tells neither. */
  @Override
  public Optional<WorkloadPreview> preview(Workload workload, Duration timeout) {
    return look(workload, timeout) instanceof WorkloadLook.Seen(WorkloadReplicas now, String _)
        ? Optional.of(new WorkloadPreview(now, OptionalInt.empty(), Map.of(), OptionalInt.empty()))
        : Optional.empty();
  }

  @Override
  public WorkloadLogs logs(Workload workload, LogLimits limits, Duration timeout) {
    Deadline deadline = Deadline.after(timeout);
    return switch (containers.find(workload, deadline)) {
      case Found.NotDeclared(String why) -> new WorkloadLogs.Refused(why);
      case Found.NotKnown(String why) ->
          new WorkloadLogs.Failed(why, "see that the engine runs and may be used");
      case Found.One(Container container) -> {
        String path =
            "/containers/%s/logs?stdout=true&stderr=true&tail=%d"
                .formatted(container.id(), limits.lines());
        EngineReply<LastBytes> reply =
            engine.send(
                "GET",
                path,
                deadline.left(),
                body ->
                    LastBytes.of(
                        container.hasTerminal() ? body : new EngineLogs(body), limits.bytesMax()));
        yield switch (reply) {
          case EngineReply.Done<LastBytes>(int _, LastBytes last) ->
              new WorkloadLogs.Read(
                  List.of(
                      new WorkloadLogs.Source(
                          display(workload), container.state(), last.text(), last.isCut())));
          case EngineReply.Denied<?>(int _, String message) ->
              new WorkloadLogs.Failed(
                  settings.engine() + " says: " + message,
                  "see whether its log driver can be read");
          case EngineReply.NoAnswer<?>(String why) -> unreadable(why);
          case EngineReply.NotSent<?>(String why) -> unreadable(why);
        };
      }
    };
  }

  private static WorkloadLogs unreadable(String why) {
    return new WorkloadLogs.Failed("the engine did not answer: " + why, "try again");
  }

  @Override
  public Platform platform(Duration timeout) {
    Optional<JsonObject> version =
        engine.json("GET", "/version", timeout)
                instanceof EngineReply.Done<Optional<JsonObject>>(int _, Optional<JsonObject> body)
            ? body
            : Optional.empty();
    String text =
        version
            .flatMap(found -> found.string("Version"))
            .map(number -> settings.engine() + " " + Engine.Printable.of(number))
            .orElse(settings.engine() + ", which does not answer,");
    return new Platform(
        "%s at %s: container tools act on declared containers there.\nRemoving a container: %s."
            .formatted(
                text,
                engine.where(),
                settings.mayRemove() ? "for remove: true, said explicitly" : "not allowed"),
        JsonObject.builder()
            .put("platform", settings.engine().toLowerCase(java.util.Locale.ROOT))
            .put("answers", version.isPresent())
            .put("mayRemove", settings.mayRemove())
            .build());
  }

  private interface Act {
    WorkloadOutcome on(Container container, Deadline deadline);
  }

  /** In turn, and only on the declared container. */
  private WorkloadOutcome act(Workload workload, Deadline deadline, Act act) {
    return turns
        .take(workload.target(), deadline, () -> found(workload, deadline, act))
        .orElseGet(
            () ->
                new Failed(
                    "another call is still acting on %s; nothing was changed"
                        .formatted(display(workload)),
                    "try again",
                    false));
  }

  private WorkloadOutcome found(Workload workload, Deadline deadline, Act act) {
    return switch (containers.find(workload, deadline)) {
      case Found.One(Container container) ->
          Revocation.reason() // it may have waited for its turn
              .<WorkloadOutcome>map(
                  why ->
                      new Refused(
                          "%s was not touched, because this call is not allowed any more: %s"
                              .formatted(display(workload), why)))
              .orElseGet(() -> act.on(container, deadline));
      case Found.NotDeclared(String why) -> new Refused(why);
      case Found.NotKnown(String why) ->
          new Failed(
              why + "; nothing was changed", "see that the engine runs and may be used", false);
    };
  }

  /** Empty when it was done. */
  private Optional<WorkloadOutcome> failure(String what, EngineReply<Optional<JsonObject>> reply) {
    return switch (reply) {
      case EngineReply.Done<?> _ -> Optional.empty();
      case EngineReply.NotSent<?>(String why) ->
          Optional.of(
              new Failed(
                  "it was not %s: %s cannot be reached: %s".formatted(what, settings.engine(), why),
                  "mend that, then try again",
                  false));
      case EngineReply.Denied<?>(int status, String message) ->
          Optional.of(
              new Failed(
                  "it could not be %s: %s says: %s".formatted(what, settings.engine(), message),
                  "mend what the engine says, then try again",
                  status >= 500));
      case EngineReply.NoAnswer<?>(String why) ->
          Optional.of(
              new Failed(
                  "%s did not answer, so whether it was %s is not known: %s"
                      .formatted(settings.engine(), what, why),
                  "look with list_vllm_containers before you try again",
                  true));
    };
  }

  private static String display(Workload workload) {
    return "container `" + workload.target().name() + "`";
  }

  @Override
  public void close() {
    engine.close();
  }
}
