// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.cli;

import dev.mcppolicy.cli.ClusterApi.Reply;
import dev.mcppolicy.engine.document.Wording;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The workloads that an McpServer declares, with what their last stops kept.
 *
 * @param server of people: where they are declared
 */
record DeclaredWorkloads(String server, List<Declared> workloads) {
  private static final String API = "/apis/mcppolicy.dev/v1alpha1/namespaces/";

  /** What the API server says of a kind that it does not have, not of an object. */
  private static final String NO_SUCH_KIND = "could not find the requested resource";

  DeclaredWorkloads {
    workloads = List.copyOf(workloads);
  }

  /**
   * @param target as it is declared
   * @param pauseScaledObject of KEDA, which a stop may pause
   * @param engine the address of the container engine that runs it; empty for what the cluster runs
   * @param kept empty when no stop kept anything
   */
  record Declared(
      String name,
      JsonObject target,
      Optional<String> pauseScaledObject,
      Optional<String> engine,
      Optional<KeptWorkload> kept) {}

  static String statePath(String namespace, String server) {
    return API + namespace + "/mcpserverstates/" + server;
  }

  /**
   * @throws BadInputException when there is no such server, with every reason
   * @throws IOException when the cluster cannot be asked
   */
  static DeclaredWorkloads read(ClusterApi api, String namespace, String server)
      throws BadInputException, IOException {
    var problems = new ArrayList<String>();
    if (!BringBack.NAME.matcher(server).matches()) {
      problems.add(Wording.quoted(server) + " is not a name of an McpServer");
    }
    if (!BringBack.NAME.matcher(namespace).matches()) {
      problems.add(Wording.quoted(namespace) + " is not a name of a namespace");
    }
    if (!problems.isEmpty()) {
      throw new BadInputException(problems);
    }
    String title = "McpServer " + Wording.quoted(server) + " in the namespace " + namespace;
    JsonObject declared =
        switch (api.get(API + namespace + "/mcpservers/" + server)) {
          case Reply.Done(JsonObject object) -> object;
          case Reply.Denied(int status, String message)
              when status == ClusterApi.NOT_FOUND && !message.contains(NO_SUCH_KIND) ->
              throw new BadInputException("there is no " + title);
          case Reply.Denied(int status, String _) when status == ClusterApi.NOT_FOUND ->
              throw new IOException(
                  "the cluster has no resources of mcppolicy.dev; is the operator installed?");
          case Reply.Denied(int _, String message) ->
              throw new IOException("the " + title + " cannot be read: " + message);
        };
    JsonObject state =
        switch (api.get(statePath(namespace, server))) {
          case Reply.Done(JsonObject object) -> object;
          case Reply.Denied(int status, String _) when status == ClusterApi.NOT_FOUND ->
              JsonObject.EMPTY; // no tool has ever stopped anything
          case Reply.Denied(int _, String message) ->
              throw new IOException(
                  "what the stops of "
                      + title
                      + " kept cannot be read: "
                      + message
                      + "; ask for the verb get on mcpserverstates.mcppolicy.dev");
        };
    return new DeclaredWorkloads(title, declared(declared, state));
  }

  private static List<Declared> declared(JsonObject server, JsonObject state) {
    var workloads = new ArrayList<Declared>();
    JsonObject spec = server.object("spec").orElse(JsonObject.EMPTY);
    JsonArray declared = spec.array("workloads").orElse(JsonArray.EMPTY);
    for (JsonValue each : declared.elements()) {
      if (each instanceof JsonObject workload) {
        String name = workload.string("name").orElse("");
        JsonObject target = workload.object("target").orElse(JsonObject.EMPTY);
        workloads.add(
            new Declared(
                name,
                target,
                workload.string("pauseScaledObject"),
                target.string("kind").filter("Container"::equals).map(_ -> engine(spec)),
                KeptWorkload.of(state, name)));
      }
    }
    return workloads;
  }

  private static String engine(JsonObject spec) {
    return spec.object("docker").flatMap(docker -> docker.string("endpoint")).orElse("nowhere");
  }

  /**
   * @param name null: all of them
   * @throws BadInputException when there is none of that name, or none at all
   */
  List<Declared> chosen(@Nullable String name) throws BadInputException {
    if (workloads.isEmpty()) {
      throw new BadInputException("the " + server + " declares no workloads");
    }
    if (name == null) {
      return workloads;
    }
    List<Declared> chosen =
        workloads.stream().filter(workload -> workload.name().equals(name)).toList();
    if (chosen.isEmpty()) {
      throw new BadInputException(
          "the "
              + server
              + " declares no workload "
              + Wording.quoted(name)
              + "; there are "
              + workloads.stream()
                  .map(workload -> Wording.quoted(workload.name()))
                  .collect(Collectors.joining(", ")));
    }
    return chosen;
  }
}
