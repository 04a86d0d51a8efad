// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.schema;

import dev.mcppolicy.engine.document.Wording;
import dev.mcppolicy.engine.schema.ArrayKeywords.Contains;
import dev.mcppolicy.engine.schema.ArrayKeywords.Elements;
import dev.mcppolicy.engine.schema.ArrayKeywords.UnevaluatedElements;
import dev.mcppolicy.engine.schema.ArrayKeywords.UniqueElements;
import dev.mcppolicy.engine.schema.InPlaceKeywords.All;
import dev.mcppolicy.engine.schema.InPlaceKeywords.Alternatives;
import dev.mcppolicy.engine.schema.InPlaceKeywords.AppliesWith;
import dev.mcppolicy.engine.schema.InPlaceKeywords.Conditional;
import dev.mcppolicy.engine.schema.InPlaceKeywords.Not;
import dev.mcppolicy.engine.schema.ObjectKeywords.Matching;
import dev.mcppolicy.engine.schema.ObjectKeywords.Members;
import dev.mcppolicy.engine.schema.ObjectKeywords.PropertyNames;
import dev.mcppolicy.engine.schema.ObjectKeywords.Required;
import dev.mcppolicy.engine.schema.ObjectKeywords.RequiredWith;
import dev.mcppolicy.engine.schema.ObjectKeywords.UnevaluatedMembers;
import dev.mcppolicy.engine.schema.ValueKeywords.MultipleOf;
import dev.mcppolicy.engine.schema.ValueKeywords.NumberBound;
import dev.mcppolicy.engine.schema.ValueKeywords.OneOfValues;
import dev.mcppolicy.engine.schema.ValueKeywords.Size;
import dev.mcppolicy.engine.schema.ValueKeywords.Size.Measured;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonBoolean;
import dev.mcppolicy.json.JsonValue.JsonNumber;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.json.JsonValue.JsonString;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the keywords of one schema, each as its draft has it. A keyword that is none of the draft
 * says nothing; one whose value is not what it must be makes the schema unusable.
 */
final class KeywordReader {
  private final SchemaCompiler compiler;
  private final Dialect dialect;
  private final SchemaParts parts = new SchemaParts();

  KeywordReader(SchemaCompiler compiler, Dialect dialect) {
    this.compiler = compiler;
    this.dialect = dialect;
  }

  /** In the order in which they are asked: what a value is before what is in it. */
  List<Keyword> keywords(JsonObject schema, String place) throws UnusableSchemaException {
    var fields = new SchemaFields(schema, place);
    var all = new ArrayList<Keyword>();
    Optional<String> reference = fields.text("$ref");
    if (reference.isPresent()) {
      all.add(new All(List.of(compiler.referred(reference.get(), fields.at("$ref")))));
      if (dialect.refStandsAlone()) {
        return all;
      }
    }
    values(fields, all);
    numbers(fields, all);
    texts(fields, all);
    arrays(fields, all);
    objects(fields, all);
    inPlace(fields, all);
    if (dialect.isSince(Dialect.DRAFT_2019_09)) {
      List<Keyword> beside = List.copyOf(all);
      Optional<Subschema> members = schema(fields, "unevaluatedProperties");
      members.ifPresent(rest -> all.add(new UnevaluatedMembers(beside, rest)));
      Optional<Subschema> elements = schema(fields, "unevaluatedItems");
      elements.ifPresent(rest -> all.add(new UnevaluatedElements(beside, rest)));
    }
    return all;
  }

  private void values(SchemaFields fields, List<Keyword> all) throws UnusableSchemaException {
    if (fields.has("type")) {
      all.add(new TypeKeyword(types(fields)));
    }
    Optional<JsonArray> values = fields.array("enum");
    if (values.isPresent()) {
      parts.count(values.get(), fields.at("enum"));
      all.add(OneOfValues.of(values.get().elements()));
    }
    Optional<JsonValue> value = fields.value("const");
    if (value.isPresent() && dialect.isSince(Dialect.DRAFT_6)) {
      parts.count(value.get(), fields.at("const"));
      all.add(OneOfValues.of(List.of(value.get())));
    }
  }

  private static List<String> types(SchemaFields fields) throws UnusableSchemaException {
    List<String> names =
        fields.value("type").orElseThrow() instanceof JsonString(String one)
            ? List.of(one)
            : fields.texts("type");
    for (String name : names) {
      if (!TypeKeyword.NAMES.contains(name)) {
        throw new UnusableSchemaException(
            fields.at("type"),
            Wording.quoted(name) + " is none of " + String.join(", ", TypeKeyword.NAMES));
      }
    }
    if (names.isEmpty()) {
      throw new UnusableSchemaException(fields.at("type"), "the list of types is empty");
    }
    return names.stream().distinct().toList();
  }

  private void numbers(SchemaFields fields, List<Keyword> all) throws UnusableSchemaException {
    lower(fields, all);
    upper(fields, all);
    Optional<JsonNumber> divisor = fields.number("multipleOf");
    if (divisor.isPresent()) {
      BoundedNumber exact = BoundedNumber.of(divisor.get());
      if (exact.signum() <= 0) {
        throw new UnusableSchemaException(fields.at("multipleOf"), "must be more than 0");
      }
      all.add(new MultipleOf(exact, divisor.get().text()));
    }
  }

  private void lower(SchemaFields fields, List<Keyword> all) throws UnusableSchemaException {
    boolean isExclusive = isExclusive(fields, "exclusiveMinimum");
    Optional<JsonNumber> minimum = fields.number("minimum");
    minimum.ifPresent(
        bound -> all.add(isExclusive ? moreThan(bound) : bound(bound, "at least", c -> c >= 0)));
    if (dialect.hasNumberBounds() && !isExclusive && !isFlag(fields, "exclusiveMinimum")) {
      fields.number("exclusiveMinimum").ifPresent(bound -> all.add(moreThan(bound)));
    }
  }

  private void upper(SchemaFields fields, List<Keyword> all) throws UnusableSchemaException {
    boolean isExclusive = isExclusive(fields, "exclusiveMaximum");
    Optional<JsonNumber> maximum = fields.number("maximum");
    maximum.ifPresent(
        bound -> all.add(isExclusive ? lessThan(bound) : bound(bound, "at most", c -> c <= 0)));
    if (dialect.hasNumberBounds() && !isExclusive && !isFlag(fields, "exclusiveMaximum")) {
      fields.number("exclusiveMaximum").ifPresent(bound -> all.add(lessThan(bound)));
    }
  }

  /** Draft 04 has a flag where later ones have a number. */
  private boolean isExclusive(SchemaFields fields, String keyword) throws UnusableSchemaException {
    return isFlag(fields, keyword) && fields.flag(keyword);
  }

  private boolean isFlag(SchemaFields fields, String keyword) {
    return dialect.hasBooleanBounds()
        && fields.value(keyword).filter(JsonBoolean.class::isInstance).isPresent();
  }

  private static Keyword moreThan(JsonNumber bound) {
    return bound(bound, "more than", c -> c > 0);
  }

  private static Keyword lessThan(JsonNumber bound) {
    return bound(bound, "less than", c -> c < 0);
  }

  private static Keyword bound(
      JsonNumber bound, String word, java.util.function.IntPredicate comparison) {
    return new NumberBound(BoundedNumber.of(bound), comparison, word, bound.text());
  }

  private void texts(SchemaFields fields, List<Keyword> all) throws UnusableSchemaException {
    size(fields, Measured.CHARACTERS, "minLength", "maxLength", all);
    Optional<String> pattern = fields.text("pattern");
    if (pattern.isPresent()) {
      all.add(pattern(pattern.get(), fields.at("pattern")));
    }
  }

  private TextPattern pattern(String source, String place) throws UnusableSchemaException {
    parts.countPattern(place);
    return TextPattern.of(source, place);
  }

  private static void size(
      SchemaFields fields, Measured what, String least, String most, List<Keyword> all)
      throws UnusableSchemaException {
    if (fields.has(least) || fields.has(most)) {
      all.add(
          new Size(
              what, fields.count(least).orElse(0), fields.count(most).orElse(Integer.MAX_VALUE)));
    }
  }

  private void arrays(SchemaFields fields, List<Keyword> all) throws UnusableSchemaException {
    size(fields, Measured.ELEMENTS, "minItems", "maxItems", all);
    elements(fields).ifPresent(all::add);
    Optional<Subschema> contained =
        dialect.isSince(Dialect.DRAFT_6) ? schema(fields, "contains") : Optional.empty();
    if (contained.isPresent()) {
      boolean hasBounds = dialect.isSince(Dialect.DRAFT_2019_09);
      int min = hasBounds ? fields.count("minContains").orElse(1) : 1;
      int max =
          hasBounds ? fields.count("maxContains").orElse(Integer.MAX_VALUE) : Integer.MAX_VALUE;
      all.add(new Contains(contained.get(), min, max, dialect.isSince(Dialect.DRAFT_2020_12)));
    }
    if (fields.has("uniqueItems") && fields.flag("uniqueItems")) {
      all.add(new UniqueElements());
    }
  }

  private Optional<Keyword> elements(SchemaFields fields) throws UnusableSchemaException {
    List<Subschema> first =
        dialect.isSince(Dialect.DRAFT_2020_12) ? schemas(fields, "prefixItems") : List.of();
    Optional<Subschema> rest;
    if (fields.value("items").orElse(JsonBoolean.TRUE) instanceof JsonArray) {
      if (!dialect.hasListsOfItems() || fields.has("prefixItems")) {
        throw new UnusableSchemaException(
            fields.at("items"), "is a list, which in draft 2020-12 is called `prefixItems`");
      }
      first = schemas(fields, "items");
      rest = schema(fields, "additionalItems");
    } else {
      rest = schema(fields, "items");
    }
    return first.isEmpty() && rest.isEmpty()
        ? Optional.empty()
        : Optional.of(new Elements(first, rest.orElse(Subschema.ANYTHING), rest.isPresent()));
  }

  private void objects(SchemaFields fields, List<Keyword> all) throws UnusableSchemaException {
    Map<String, Subschema> byName = byName(fields, "properties");
    var patterns = new ArrayList<Matching>();
    for (Map.Entry<String, Subschema> entry : byName(fields, "patternProperties").entrySet()) {
      String place = fields.at("patternProperties");
      patterns.add(new Matching(pattern(entry.getKey(), place), entry.getValue()));
    }
    Optional<Subschema> additional = schema(fields, "additionalProperties");
    if (!byName.isEmpty() || !patterns.isEmpty() || additional.isPresent()) {
      all.add(
          new Members(
              byName, patterns, additional.orElse(Subschema.ANYTHING), additional.isPresent()));
    }
    if (fields.has("required")) {
      all.add(new Required(names(fields, "required")));
    }
    if (dialect.isSince(Dialect.DRAFT_6)) {
      schema(fields, "propertyNames").ifPresent(names -> all.add(new PropertyNames(names)));
    }
    size(fields, Measured.MEMBERS, "minProperties", "maxProperties", all);
    dependents(fields, all);
  }

  private List<String> names(SchemaFields fields, String keyword) throws UnusableSchemaException {
    List<String> names = fields.texts(keyword);
    parts.count(names.size(), fields.at(keyword));
    return names;
  }

  private void dependents(SchemaFields fields, List<Keyword> all) throws UnusableSchemaException {
    if (dialect.isSince(Dialect.DRAFT_2019_09)) {
      for (String name : fields.membersOf("dependentRequired").keySet()) {
        SchemaFields inside = fields.inside("dependentRequired");
        all.add(new RequiredWith(name, names(inside, name)));
      }
      byName(fields, "dependentSchemas")
          .forEach((name, schema) -> all.add(new AppliesWith(name, schema)));
    }
    for (Map.Entry<String, JsonValue> entry : fields.membersOf("dependencies").entrySet()) {
      SchemaFields inside = fields.inside("dependencies");
      String name = entry.getKey();
      switch (entry.getValue()) {
        case JsonArray _ -> all.add(new RequiredWith(name, names(inside, name)));
        case JsonValue schema ->
            all.add(new AppliesWith(name, compiler.later(schema, inside.at(name))));
      }
    }
  }

  private void inPlace(SchemaFields fields, List<Keyword> all) throws UnusableSchemaException {
    for (String keyword : new String[] {"allOf", "anyOf", "oneOf"}) {
      if (fields.has(keyword)) {
        List<Subschema> schemas = schemas(fields, keyword);
        if (schemas.isEmpty()) {
          throw new UnusableSchemaException(fields.at(keyword), "the list of schemas is empty");
        }
        all.add(
            keyword.equals("allOf")
                ? new All(schemas)
                : new Alternatives(schemas, keyword.equals("oneOf")));
      }
    }
    schema(fields, "not").ifPresent(ruledOut -> all.add(new Not(ruledOut)));
    if (fields.has("if") && dialect.isSince(Dialect.DRAFT_7)) {
      all.add(
          new Conditional(
              schema(fields, "if").orElseThrow(),
              schema(fields, "then").orElse(Subschema.ANYTHING),
              schema(fields, "else").orElse(Subschema.ANYTHING)));
    }
  }

  private Optional<Subschema> schema(SchemaFields fields, String keyword)
      throws UnusableSchemaException {
    Optional<JsonValue> value = fields.value(keyword);
    return value.isEmpty()
        ? Optional.empty()
        : Optional.of(compiler.later(value.get(), fields.at(keyword)));
  }

  private List<Subschema> schemas(SchemaFields fields, String keyword)
      throws UnusableSchemaException {
    var schemas = new ArrayList<Subschema>();
    List<JsonValue> elements = fields.array(keyword).orElse(JsonArray.EMPTY).elements();
    parts.count(elements.size(), fields.at(keyword));
    for (JsonValue element : elements) {
      schemas.add(compiler.later(element, fields.at(keyword) + "/" + schemas.size()));
    }
    return schemas;
  }

  private Map<String, Subschema> byName(SchemaFields fields, String keyword)
      throws UnusableSchemaException {
    var schemas = new LinkedHashMap<String, Subschema>();
    Map<String, JsonValue> members = fields.membersOf(keyword);
    parts.count(members.size(), fields.at(keyword));
    for (Map.Entry<String, JsonValue> member : members.entrySet()) {
      String place = fields.inside(keyword).at(member.getKey());
      schemas.put(member.getKey(), compiler.later(member.getValue(), place));
    }
    return schemas;
  }
}
