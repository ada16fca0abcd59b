package dev.weft.mesh.kind;

import static dev.weft.mesh.kind.Field.optional;
import static dev.weft.mesh.kind.Field.required;
import static dev.weft.mesh.kind.Shape.mapping;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The descriptions agree with themselves, and become the schemas that API servers and editors read. */
final class SchemasTest {

    private static final Shape NUMBER = new Shape.WholeNumber(1, 9);

    private static Map<String, Object> structural(Shape.Mapping spec) {
        Kind kind =
                Kind.own("Thing", "things", "A thing.", spec, new Kind.Definition("wt", List.of(), mapping(), false));
        return map(map(Schemas.structural(kind), "properties"), "spec");
    }

    private static Map<String, Object> json(Shape.Mapping spec) {
        Kind kind = Kind.foreign("Thing", "things", "", "v1", "A thing.", spec);
        return map(map(Schemas.json(List.of(kind)), "properties"), "spec");
    }

    @SuppressWarnings("unchecked") // as a schema has it
    private static Map<String, Object> map(Map<String, Object> of, String key) {
        assertThat(of.get(key)).isInstanceOf(Map.class);
        return (Map<String, Object>) of.getOrDefault(key, Map.of());
    }

    @Test
    void fieldsThatExcludeEachOtherAreARuleThatNamesThem() {
        Field a = optional("a", "A.", NUMBER);
        Field b = optional("b", "B.", NUMBER);
        Field c = optional("c", "C.", NUMBER);
        assertThat(structural(mapping(a, b).exactlyOneOf("", "", "a", "b")))
                .doesNotContainKeys("minProperties", "maxProperties")
                .containsEntry(
                        "x-kubernetes-validations",
                        List.of(Map.of(
                                "rule",
                                "has(self.a) != has(self.b)",
                                "message",
                                "exactly one of a and b is expected")));
        assertThat(structural(mapping(a, b, c).exactlyOneOf("", "", "a", "b", "c")))
                .containsEntry(
                        "x-kubernetes-validations",
                        List.of(Map.of(
                                "rule",
                                "has(self.a) ? !has(self.b) && !has(self.c) : has(self.b) != has(self.c)",
                                "message",
                                "exactly one of a, b and c is expected")));
        assertThat(json(mapping(a, b).exactlyOneOf("", "", "a", "b")))
                .containsEntry("oneOf", List.of(Map.of("required", List.of("a")), Map.of("required", List.of("b"))))
                .doesNotContainKey("x-kubernetes-validations");
        assertThat(structural(mapping(a, b).atLeastOneOf("")))
                .containsEntry("minProperties", 1)
                .doesNotContainKey("maxProperties");
    }

    @Test
    void anEditorIsToldOfUnknownFieldsAndOfNumbersWithoutQuotes() {
        Shape.Mapping spec = mapping(
                required(
                        "a", "A.", Shape.text(TextFormat.of(_ -> null, 0, 5, "").orNumber())),
                optional("b", "B.", new Shape.Refused("not obeyed")));
        assertThat(json(spec))
                .containsEntry("additionalProperties", false)
                .containsEntry("required", List.of("a"))
                .containsEntry(
                        "properties",
                        Map.of(
                                "a",
                                Map.of(
                                        "type",
                                        List.of("string", "number", "boolean"),
                                        "description",
                                        "A.",
                                        "maxLength",
                                        5)));
        assertThat(map(map(structural(spec), "properties"), "a"))
                .as("an API server takes texts only")
                .containsEntry("type", "string");
    }

    @Test
    void anApiServerIsToldWhatIsNoAddressAndNoRange() {
        Shape.Mapping spec = mapping(
                optional("address", "A.", Shape.text(TextFormats.IP_ADDRESS)),
                optional("range", "B.", Shape.text(TextFormats.CIDR)));
        assertThat(map(map(structural(spec), "properties"), "address"))
                .containsEntry(
                        "x-kubernetes-validations",
                        List.of(Map.of(
                                "rule",
                                "isIP(self) || self.matches('^(::[fF]{4}:[0-9a-fA-F:]+|[0-9a-fA-F:]*:[0-9]+[.][0-9.]+)$')",
                                "message",
                                "an IPv4 or IPv6 address is expected")));
        assertThat(map(map(structural(spec), "properties"), "range")).containsKey("x-kubernetes-validations");
        assertThat(map(map(json(spec), "properties"), "range")).doesNotContainKey("x-kubernetes-validations");
    }

    @Test
    void wordsAreThoseOfTheirEnum() {
        assertThat(Shape.camelCaseWords(Two.class))
                .isEqualTo(new Shape.OneOfWords(Map.of("FirstOne", Two.FIRST_ONE, "Other", Two.OTHER)));
        assertThat(Shape.lowerCaseWords(Two.class))
                .isInstanceOfSatisfying(
                        Shape.OneOfWords.class,
                        word -> assertThat(word.words()).containsOnlyKeys("first_one", "other"));
    }

    private enum Two {
        FIRST_ONE,
        OTHER
    }

    /** Each mapping of each kind, from the outside. */
    private static Stream<Shape.Mapping> mappings(Shape shape) {
        return switch (shape) {
            case Shape.Mapping mapping ->
                Stream.concat(Stream.of(mapping), mapping.fields().stream().flatMap(field -> mappings(field.shape())));
            case Shape.Items items -> mappings(items.item());
            default -> Stream.empty();
        };
    }

    private static Stream<Kind> all() {
        return Stream.concat(Kinds.WRITTEN.stream(), Stream.of(Kinds.ROTATION, Kinds.ADDRESSES));
    }

    @Test
    void everyFieldSaysWhatItMeansOnceAndHasItsOwnName() {
        all().forEach(kind -> mappings(kind.spec()).forEach(mapping -> {
            Set<String> names = new HashSet<>();
            for (Field field : mapping.fields()) {
                assertThat(names.add(field.name()))
                        .as("%s: %s", kind.kindName(), field.name())
                        .isTrue();
                assertThat(field.meaning())
                        .as("%s: %s", kind.kindName(), field.name())
                        .matches("(?s)\\S.*[.:]");
                assertThat(field.defaultText())
                        .as("%s: %s", kind.kindName(), field.name())
                        .doesNotEndWith(".");
            }
            mapping.choice()
                    .ifPresent(choice -> assertThat(names).as(kind.kindName()).containsAll(choice.names()));
        }));
    }

    @Test
    void everyExampleHasItsFormAndItsPatternAndItsLength() {
        List<TextFormat> forms = new ArrayList<>();
        all().flatMap(kind -> Stream.of(kind.spec(), kind.metadata()))
                .flatMap(SchemasTest::mappings)
                .flatMap(mapping -> mapping.fields().stream())
                .forEach(field -> {
                    Shape shape = field.shape() instanceof Shape.Items items ? items.item() : field.shape();
                    switch (shape) {
                        case Shape.Text(TextFormat format) -> forms.add(format);
                        case Shape.TextMap texts -> forms.addAll(List.of(texts.keys(), texts.values()));
                        default -> {}
                    }
                });
        assertThat(forms).hasSizeGreaterThan(50);
        forms.stream().filter(format -> !format.example().isEmpty()).forEach(format -> {
            assertThat(Optional.ofNullable(format.unmet(format.example())))
                    .as(format.example())
                    .isEmpty();
            assertThat(Pattern.compile(format.pattern())
                            .matcher(format.example())
                            .find())
                    .as("%s by %s", format.example(), format.pattern())
                    .isTrue();
            if (format.words().isEmpty()) {
                assertThat(format.example().length()).isBetween(format.least(), format.most());
            }
        });
    }
}
