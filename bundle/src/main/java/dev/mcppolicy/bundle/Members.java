// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.bundle;

import dev.mcppolicy.engine.document.Wording;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonBoolean;
import dev.mcppolicy.json.JsonValue.JsonNull;
import dev.mcppolicy.json.JsonValue.JsonNumber;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.json.JsonValue.JsonString;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The members of one object of a bundle, read by name; messages hold no values. */
record Members(String place, JsonObject value) {
  private static final int TEXT_CHARS_MAX = 64 << 10;

  /** Keys and values of labels, with an optional prefix before the key. */
  static final Pattern LABEL_KEY =
      Pattern.compile(
          "([a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([-_.A-Za-z0-9]{0,61}[A-Za-z0-9])?");

  private static final Pattern LABEL_VALUE =
      Pattern.compile("([A-Za-z0-9]([-_.A-Za-z0-9]{0,61}[A-Za-z0-9])?)?");

  /** Names of Kubernetes objects: RFC 1123 subdomains, which RFC 1035 labels are too. */
  static final Pattern NAME = Pattern.compile("[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?");

  /**
   * Names of containers.
   *
   * @see <a href="https://docs.docker.com/reference/api/engine/">ContainerCreate, "name"</a>
   */
  static final Pattern CONTAINER_NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]{1,127}");

  /** Refuses members of other names: what is not understood might matter. */
  void only(Set<String> names) throws WrongBundleException {
    for (String name : value.members().keySet()) {
      if (!names.contains(name)) {
        throw new WrongBundleException(place, "has the unknown member " + Wording.quoted(name));
      }
    }
  }

  String at(String name) {
    return place.isEmpty() ? name : place + "." + name;
  }

  boolean has(String name) {
    return value.has(name);
  }

  /** A text that is not empty. */
  String text(String name) throws WrongBundleException {
    if (value.get(name).orElse(JsonNull.NULL) instanceof JsonString(String text)
        && !text.isEmpty()
        && text.length() <= TEXT_CHARS_MAX) {
      return text;
    }
    throw new WrongBundleException(at(name), "is not a text of 1 to " + TEXT_CHARS_MAX);
  }

  Optional<String> optionalText(String name) throws WrongBundleException {
    return has(name) ? Optional.of(text(name)) : Optional.empty();
  }

  long number(String name, long min) throws WrongBundleException {
    Optional<Long> number =
        value.get(name).orElse(JsonNull.NULL) instanceof JsonNumber found
            ? found.integer()
            : Optional.empty();
    if (number.isEmpty() || number.get() < min) {
      throw new WrongBundleException(at(name), "is not a whole number of " + min + " or more");
    }
    return number.get();
  }

  int number(String name, int min, int max) throws WrongBundleException {
    long number = number(name, min);
    if (number > max) {
      throw new WrongBundleException(at(name), "is more than " + max);
    }
    return (int) number;
  }

  /** A text that is wholly of a form. */
  String match(String name, Pattern pattern) throws WrongBundleException {
    String text = text(name);
    if (!pattern.matcher(text).matches()) {
      throw new WrongBundleException(at(name), "is not of the form that it must have");
    }
    return text;
  }

  boolean flag(String name) throws WrongBundleException {
    if (value.get(name).orElse(JsonNull.NULL) instanceof JsonBoolean(boolean flag)) {
      return flag;
    }
    throw new WrongBundleException(at(name), "is neither true nor false");
  }

  Members object(String name) throws WrongBundleException {
    if (value.get(name).orElse(JsonNull.NULL) instanceof JsonObject object) {
      return new Members(at(name), object);
    }
    throw new WrongBundleException(at(name), "is not an object");
  }

  List<Members> objects(String name, int max) throws WrongBundleException {
    var objects = new ArrayList<Members>();
    List<JsonValue> elements = elements(name, max);
    for (int i = 0; i < elements.size(); i++) {
      String element = at(name) + "[" + i + "]";
      if (!(elements.get(i) instanceof JsonObject object)) {
        throw new WrongBundleException(element, "is not an object");
      }
      objects.add(new Members(element, object));
    }
    return objects;
  }

  List<String> texts(String name, int max) throws WrongBundleException {
    var texts = new ArrayList<String>();
    for (JsonValue element : elements(name, max)) {
      if (!(element instanceof JsonString(String text)) || text.isEmpty() || text.length() > 1024) {
        throw new WrongBundleException(at(name), "has an element that is not a text of 1 to 1024");
      }
      texts.add(text);
    }
    return texts;
  }

  /** Names of Kubernetes objects. */
  List<String> names(String name, int max) throws WrongBundleException {
    List<String> names = texts(name, max);
    for (String element : names) {
      if (!NAME.matcher(element).matches()) {
        throw new WrongBundleException(at(name), "has an element that is no name of an object");
      }
    }
    return names;
  }

  private List<JsonValue> elements(String name, int max) throws WrongBundleException {
    if (value.get(name).orElse(JsonNull.NULL) instanceof JsonArray(List<JsonValue> elements)
        && elements.size() <= max) {
      return elements;
    }
    throw new WrongBundleException(at(name), "is not a list of at most " + max);
  }

  /** Labels as Kubernetes writes them. */
  Map<String, String> labels(String name, int max) throws WrongBundleException {
    var labels = new HashMap<String, String>();
    for (Map.Entry<String, JsonValue> label : object(name).value().members().entrySet()) {
      if (!LABEL_KEY.matcher(label.getKey()).matches()
          || !(label.getValue() instanceof JsonString(String value))
          || !LABEL_VALUE.matcher(value).matches()) {
        throw new WrongBundleException(
            at(name), "has one that is not a label as Kubernetes writes them");
      }
      labels.put(label.getKey(), value);
    }
    if (labels.size() > max) {
      throw new WrongBundleException(at(name), "has more than the " + max + " allowed");
    }
    return labels;
  }
}
