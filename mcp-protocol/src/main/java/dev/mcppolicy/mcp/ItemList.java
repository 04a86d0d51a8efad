// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.mcp;

import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The result of one request for a list of resources, templates or prompts.
 *
 * @param items those with a valid name, in the server's order
 * @param nextCursor present when there is a further page; an empty text is a cursor too
 */
public record ItemList(List<JsonObject> items, Optional<String> nextCursor) {

  /** What is listed. */
  public enum Of {
    RESOURCES(ClientMethod.RESOURCES_LIST, "resources", "resources", "uri", ResourceRead::isUri),
    RESOURCE_TEMPLATES(
        ClientMethod.RESOURCES_TEMPLATES_LIST,
        "resource templates",
        "resourceTemplates",
        "uriTemplate",
        ResourceRead::isUri),
    PROMPTS(ClientMethod.PROMPTS_LIST, "prompts", "prompts", "name", PromptGet::isPromptName);

    private final ClientMethod method;
    private final String word;
    private final String member;
    private final String name;

    @SuppressWarnings("ImmutableEnumChecker") // a method of no state
    private final Predicate<String> isName;

    Of(ClientMethod method, String word, String member, String name, Predicate<String> isName) {
      this.method = method;
      this.word = word;
      this.member = member;
      this.name = name;
      this.isName = isName;
    }

    public ClientMethod method() {
      return method;
    }

    /** For messages. */
    public String word() {
      return word;
    }

    /** What policies know one of the {@link ItemList#items} by. */
    public String name(JsonObject item) {
      return item.string(name).orElseThrow();
    }

    /** The result that holds these items on its only page. */
    public JsonObject result(List<JsonObject> items) {
      return JsonObject.builder().put(member, new JsonArray(List.copyOf(items))).build();
    }
  }

  public ItemList {
    items = List.copyOf(items);
  }

  /**
   * The list that this result is; empty when it is none, or has a cursor that is not a string. An
   * element without a valid name cannot be decided on and is left out.
   */
  public static Optional<ItemList> read(Of of, JsonObject result) {
    Optional<JsonArray> array = result.array(of.member);
    Optional<String> cursor = result.string("nextCursor");
    boolean cursorFits =
        cursor.isPresent()
            || !result.has("nextCursor")
            || result.members().get("nextCursor") instanceof JsonValue.JsonNull;
    if (array.isEmpty() || !cursorFits) {
      return Optional.empty();
    }
    var items = new ArrayList<JsonObject>();
    for (JsonValue element : array.get().elements()) {
      if (element instanceof JsonObject item
          && item.string(of.name).filter(of.isName).isPresent()) {
        items.add(item);
      }
    }
    return Optional.of(new ItemList(items, cursor));
  }
}
