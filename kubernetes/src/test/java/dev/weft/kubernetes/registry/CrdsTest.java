package dev.weft.kubernetes.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.kubernetes.install.CustomResources;
import dev.weft.kubernetes.manifest.YamlText;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The definitions of our kinds have the fields that are read, and no others. */
final class CrdsTest {

    private static final String STRANGE = "zzzzzzzzzzzzzzzz";
    private static final Pattern KNOWN = Pattern.compile("unknown field " + STRANGE + " \\(known: (.*)\\)");
    private static final Pattern EXAMPLE = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);

    private static final KubernetesSerialization SERIALIZATION = new KubernetesSerialization();

    static CustomResourceDefinition definition(WatchedKind kind) {
        return CustomResources.trees().stream()
                .map(tree -> SERIALIZATION.unmarshal(YamlText.write(List.of(tree)), CustomResourceDefinition.class))
                .filter(definition -> definition.getSpec().getNames().getKind().equals(kind.word()))
                .findFirst()
                .orElseThrow();
    }

    private static JSONSchemaProps schema(WatchedKind kind) {
        return definition(kind).getSpec().getVersions().getFirst().getSchema().getOpenAPIV3Schema();
    }

    private static JSONSchemaProps spec(WatchedKind kind) {
        return Objects.requireNonNull(schema(kind).getProperties().get("spec"));
    }

    /**
     * A part of a schema.
     *
     * @param path as the reader names it
     * @param steps to it from {@code spec}; an empty one is an item of a list
     */
    private record Part(String path, List<String> steps, JSONSchemaProps schema) {

        List<Part> below() {
            List<Part> parts = new ArrayList<>();
            if (schema.getProperties() != null) {
                schema.getProperties().forEach((name, part) -> parts.add(step(path + "." + name, name, part)));
            }
            if (schema.getItems() != null) {
                parts.add(step(path + "[0]", "", schema.getItems().getSchema()));
            }
            return parts;
        }

        private Part step(String to, String step, JSONSchemaProps part) {
            List<String> more = new ArrayList<>(steps);
            more.add(step);
            return new Part(to, more, part);
        }

        Stream<Part> all() {
            return Stream.concat(Stream.of(this), below().stream().flatMap(Part::all));
        }

        boolean isMapping() {
            return schema.getProperties() != null && !schema.getProperties().isEmpty();
        }

        /** A spec in which nothing is but this. */
        Object specOf(Object value) {
            Object made = value;
            for (String step : steps.reversed()) {
                made = step.isEmpty() ? List.of(made) : Map.of(step, made);
            }
            return made;
        }
    }

    private static Stream<Part> parts(WatchedKind kind) {
        return new Part("spec", List.of(), spec(kind)).all();
    }

    private static List<String> problems(WatchedKind kind, Object spec) {
        GenericKubernetesResource object = Customs.object(kind, "an-object", "{}");
        object.setAdditionalProperty("spec", spec);
        return CustomReader.read(object).problems();
    }

    @ParameterizedTest
    @EnumSource(
            names = {"AUTHORIZATION_POLICY", "RATE_LIMIT", "EGRESS_POLICY", "WORKLOAD", "TRUST_DOMAIN", "REVOCATION"})
    void haveTheFieldsThatAreReadAndNoOthers(WatchedKind kind) {
        List<Part> mappings = parts(kind).filter(Part::isMapping).toList();
        assertThat(mappings).isNotEmpty();
        for (Part part : mappings) {
            Set<String> read = new TreeSet<>();
            problems(kind, part.specOf(Map.of(STRANGE, 1))).stream()
                    .map(KNOWN::matcher)
                    .filter(Matcher::find)
                    .map(MatchResult::group)
                    .forEach(text -> read.addAll(List.of(text.substring(text.indexOf("known: ") + 7, text.length() - 1)
                            .split(", "))));
            assertThat(read)
                    .as("%s %s", kind, part.path())
                    .isEqualTo(part.schema().getProperties().keySet());
        }
    }

    @ParameterizedTest
    @EnumSource(
            names = {"AUTHORIZATION_POLICY", "RATE_LIMIT", "EGRESS_POLICY", "WORKLOAD", "TRUST_DOMAIN", "REVOCATION"})
    void everyWordAndNumberOfASchemaIsRead(WatchedKind kind) {
        parts(kind).filter(part -> !part.schema().getEnum().isEmpty()).forEach(part -> {
            part.schema()
                    .getEnum()
                    .forEach(word -> assertThat(about(kind, part, word.asString()))
                            .as("%s: %s", part.path(), word)
                            .isEmpty());
            assertThat(about(kind, part, STRANGE)).as(part.path()).isNotEmpty();
        });
        parts(kind).filter(part -> "integer".equals(part.schema().getType())).forEach(part -> {
            for (double bound :
                    new double[] {part.schema().getMinimum(), part.schema().getMaximum()}) {
                assertThat(about(kind, part, (int) bound)).as(part.path()).isEmpty();
            }
            assertThat(about(kind, part, part.schema().getMinimum().intValue() - 1))
                    .as(part.path())
                    .isNotEmpty();
            assertThat(about(kind, part, part.schema().getMaximum().intValue() + 1))
                    .as(part.path())
                    .isNotEmpty();
        });
    }

    private static List<String> about(WatchedKind kind, Part part, Object value) {
        return problems(kind, part.specOf(value)).stream()
                .filter(problem -> problem.startsWith(part.path() + ": "))
                .toList();
    }

    @ParameterizedTest
    @EnumSource(
            names = {"AUTHORIZATION_POLICY", "RATE_LIMIT", "EGRESS_POLICY", "WORKLOAD", "TRUST_DOMAIN", "REVOCATION"})
    void areWhatTheContractSays(WatchedKind kind) {
        CustomResourceDefinition definition = definition(kind);
        assertThat(definition.getMetadata().getName()).isEqualTo(kind.resource());
        assertThat(definition.getSpec().getGroup()).isEqualTo(WatchedKind.GROUP);
        assertThat(definition.getSpec().getScope()).isEqualTo(kind.namespaced() ? "Namespaced" : "Cluster");
        assertThat(definition.getSpec().getNames().getKind()).isEqualTo(kind.word());
        assertThat(definition.getSpec().getNames().getCategories()).containsExactly("weft");
        assertThat(definition.getSpec().getNames().getShortNames()).hasSize(1);
        assertThat(definition.getSpec().getVersions()).singleElement().satisfies(version -> {
            assertThat(version.getName()).isEqualTo(WatchedKind.VERSION);
            assertThat(version.getSubresources().getStatus()).isNotNull();
            assertThat(version.getAdditionalPrinterColumns()).isNotEmpty();
        });
    }

    @ParameterizedTest
    @EnumSource(
            names = {"AUTHORIZATION_POLICY", "RATE_LIMIT", "EGRESS_POLICY", "WORKLOAD", "TRUST_DOMAIN", "REVOCATION"})
    void areStructuralAndBounded(WatchedKind kind) {
        assertThat(schema(kind).getRequired()).contains("spec");
        parts(kind).forEach(part -> {
            JSONSchemaProps schema = part.schema();
            assertThat(schema.getType()).as(part.path()).isNotNull();
            assertThat(schema.getXKubernetesPreserveUnknownFields())
                    .as(part.path())
                    .isNull();
            boolean bounded = switch (schema.getType()) {
                case "string" ->
                    schema.getMaxLength() != null || !schema.getEnum().isEmpty();
                case "array" -> schema.getMaxItems() != null;
                case "integer" -> schema.getMinimum() != null && schema.getMaximum() != null;
                case "object" -> schema.getAdditionalProperties() == null || schema.getMaxProperties() != null;
                default -> true;
            };
            assertThat(bounded).as("%s has a bound", part.path()).isTrue();
            if (part.steps().size() == 1) {
                assertThat(schema.getDescription()).as(part.path()).isNotBlank();
            }
        });
    }

    @Test
    void takeTheExamplesOfTheDocumentation() throws IOException {
        int found = 0;
        for (String page :
                List.of("mesh-file.md", "policy.md", "rate-limits.md", "clusters.md", "join.md", "federation.md")) {
            for (GenericKubernetesResource object : examples(Path.of("../docs", page))) {
                WatchedKind kind = Arrays.stream(WatchedKind.values())
                        .filter(one -> one.word().equals(object.getKind())
                                && object.getApiVersion().startsWith(WatchedKind.GROUP))
                        .findFirst()
                        .orElse(WatchedKind.POD);
                if (kind == WatchedKind.POD || object.getMetadata() == null) {
                    continue;
                }
                found++;
                Object spec =
                        Objects.requireNonNull(object.getAdditionalProperties().get("spec"));
                assertThat(SchemaCheck.problems(spec(kind), "spec", spec))
                        .as("%s in %s", object, page)
                        .isEmpty();
                // What stands for a certificate in a text is none.
                assertThat(CustomReader.read(object).problems().stream()
                                .filter(problem -> !problem.startsWith("spec.anchors")))
                        .as("%s in %s", object, page)
                        .isEmpty();
            }
        }
        assertThat(found).isGreaterThan(5);
    }

    private static List<GenericKubernetesResource> examples(Path page) throws IOException {
        return EXAMPLE.matcher(Files.readString(page))
                .results()
                .flatMap(block -> Stream.of(block.group(1).split("\n---\n")))
                .filter(text -> text.contains("apiVersion: weft.dev/v1alpha1"))
                .map(text -> SERIALIZATION.unmarshal(text, GenericKubernetesResource.class))
                .toList();
    }

    @Test
    void theCheckFindsWhatAnApiServerRefuses() {
        JSONSchemaProps spec = spec(WatchedKind.AUTHORIZATION_POLICY);
        assertThat(SchemaCheck.problems(spec, "spec", Map.of("action", "Alow", "form", List.of())))
                .hasSize(2);
        assertThat(SchemaCheck.problems(spec, "spec", Map.of("ports", List.of(0))))
                .hasSize(2);
        assertThat(SchemaCheck.problems(
                        spec, "spec", Map.of("action", "Allow", "from", List.of(Map.of("namespace", "Shop")))))
                .hasSize(1);
        assertThat(SchemaCheck.problems(
                        spec, "spec", Map.of("action", "Allow", "to", List.of(Map.of("http", Map.of("path", "/a"))))))
                .hasSize(1);
        assertThat(SchemaCheck.problems(spec, "spec", Map.of("action", "Allow", "to", List.of())))
                .hasSize(1);
    }
}
