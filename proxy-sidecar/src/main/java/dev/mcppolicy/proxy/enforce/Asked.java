// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.enforce;

import dev.mcppolicy.engine.document.Subject;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.mcp.ClientMethod;
import dev.mcppolicy.mcp.InvalidParamsException;
import dev.mcppolicy.mcp.Message;
import dev.mcppolicy.mcp.PromptGet;
import dev.mcppolicy.mcp.RequestMeta;
import dev.mcppolicy.mcp.ResourceRead;
import dev.mcppolicy.mcp.ToolsCall;
import java.util.Optional;

/** What a client asks for that policies decide about: a tool, a resource or a prompt. */
sealed interface Asked {

  record OfTool(ToolsCall call) implements Asked {}

  record OfResource(ResourceRead read) implements Asked {}

  record OfPrompt(PromptGet get) implements Asked {}

  static Asked tool(Message.Request request) throws InvalidParamsException {
    return new OfTool(ToolsCall.read(request.params()));
  }

  static Asked resource(Message.Request request) throws InvalidParamsException {
    return new OfResource(ResourceRead.read(request.params()));
  }

  static Asked prompt(Message.Request request) throws InvalidParamsException {
    return new OfPrompt(PromptGet.read(request.params()));
  }

  default Subject subject() {
    return switch (this) {
      case OfTool(ToolsCall call) -> Subject.tool(call.name());
      case OfResource(ResourceRead read) -> new Subject(Subject.Kind.RESOURCE, read.uri());
      case OfPrompt(PromptGet get) -> new Subject(Subject.Kind.PROMPT, get.name());
    };
  }

  default JsonObject arguments() {
    return switch (this) {
      case OfTool(ToolsCall call) -> call.arguments();
      case OfResource _ -> JsonObject.EMPTY;
      case OfPrompt(PromptGet get) -> get.arguments();
    };
  }

  default ClientMethod method() {
    return switch (this) {
      case OfTool _ -> ClientMethod.TOOLS_CALL;
      case OfResource _ -> ClientMethod.RESOURCES_READ;
      case OfPrompt _ -> ClientMethod.PROMPTS_GET;
    };
  }

  /** What is sent on: the values that were decided on, and nothing else of the message. */
  default JsonObject params() {
    var params = JsonObject.builder();
    Optional<JsonObject> meta =
        switch (this) {
          case OfTool(ToolsCall call) -> {
            params.put("name", call.name()).put("arguments", call.arguments());
            yield call.meta();
          }
          case OfResource(ResourceRead read) -> {
            params.put("uri", read.uri());
            yield read.meta();
          }
          case OfPrompt(PromptGet get) -> {
            params.put("name", get.name()).put("arguments", get.arguments());
            yield get.meta();
          }
        };
    meta.map(cleaned -> cleaned.without("progressToken")) // progress is not relayed
        .filter(cleaned -> !cleaned.members().isEmpty())
        .ifPresent(cleaned -> params.put(RequestMeta.MEMBER, cleaned));
    return params.build();
  }
}
