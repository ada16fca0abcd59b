package dev.weft.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.cli.failure.ExitCode;
import dev.weft.cli.failure.FailurePrinter;
import dev.weft.files.yaml.RegistryFiles;
import dev.weft.mesh.kind.Kind;
import dev.weft.mesh.kind.Kinds;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code weft schema}: the kinds as people and editors read them. */
final class SchemaCommandTest {

    private final Printed printed = new Printed();

    private int schema(String... words) {
        FailurePrinter failures = new FailurePrinter(printed.screen(), FailurePrinter::unexpected);
        return new CommandLine(new SchemaCommand(printed.screen()))
                .setExecutionExceptionHandler(failures)
                .setParameterExceptionHandler(failures)
                .execute(words);
    }

    private JsonNode json(String... words) {
        assertThat(schema(words)).isEqualTo(ExitCode.OK);
        return new JsonMapper().readTree(printed.out());
    }

    @Test
    void listsTheKinds() {
        assertThat(schema()).isEqualTo(ExitCode.OK);
        assertThat(printed.out().lines()).hasSize(Kinds.WRITTEN.size());
        assertThat(printed.out()).containsPattern("RateLimit +How many requests and new connections");
    }

    @ParameterizedTest
    @ValueSource(strings = {"RateLimit", "ratelimit", "ratelimits", "wrl"})
    void explainsEachFieldWithItsTypeAndMeaning(String kind) {
        assertThat(schema(kind)).isEqualTo(ExitCode.OK);
        assertThat(printed.out())
                .startsWith("RateLimit (weft.dev/v1alpha1), in a namespace; for kubectl ratelimits, wrl\n")
                .contains(
                        "  limits  <1-16 of: mapping, one of requestsPerSecond, connectionsPerSecond, requestsAtOnce>"
                                + " required\n",
                        "    burst  <number, 1-1000000>\n"
                                + "        Most requests or connections at once after a pause. As many as in one second,"
                                + " if absent.\n",
                        "    per  <identity | all>\n",
                        "      serviceAccount  <text, such as shop/web>\n",
                        "Example:\n  apiVersion: weft.dev/v1alpha1\n  kind: RateLimit\n");
    }

    @Test
    void explainsWhatANamespaceSaysInAnnotations() {
        assertThat(schema("namespace")).isEqualTo(ExitCode.OK);
        assertThat(printed.out())
                .contains("metadata.annotations\n  weft.dev/default-policy  <authenticated | deny | anyone>\n");
    }

    @Test
    void aKindThatIsNoneIsRefusedWithTheOneThatWasMeant() {
        assertThat(schema("AuthorisationPolicy")).isEqualTo(ExitCode.USAGE);
        assertThat(printed.err()).contains("WEFT-L340", "did you mean AuthorizationPolicy?", "HTTPRoute");
    }

    @Test
    void theSchemaOfAKindIsAJsonSchema() {
        JsonNode schema = json("AuthorizationPolicy", "-o", "json");
        assertThat(schema.path("$schema").asString()).isEqualTo("https://json-schema.org/draft/2020-12/schema");
        assertThat(schema.at("/properties/kind/const").asString()).isEqualTo("AuthorizationPolicy");
        JsonNode spec = schema.at("/properties/spec");
        assertThat(spec.path("additionalProperties").asBoolean(true)).isFalse();
        assertThat(spec.at("/required/0").asString()).isEqualTo("action");
        assertThat(spec.at("/properties/action/enum").toString()).isEqualTo("[\"Allow\",\"Deny\",\"Audit\"]");
        assertThat(printed.out()).doesNotContain("x-kubernetes");
    }

    @Test
    void theSchemaOfMeshFilesHasAllKinds() {
        JsonNode schema = json("-o", "json");
        assertThat(schema.path("$defs").propertyNames())
                .containsExactlyElementsOf(
                        Kinds.WRITTEN.stream().map(Kind::kindName).toList());
        assertThat(schema.path("allOf")).hasSize(Kinds.WRITTEN.size());
        assertThat(schema.at("/$defs/Service/properties/spec/properties/ports/items/properties/targetPort/type")
                        .toString())
                .as("a number or a name")
                .isEqualTo("[\"string\",\"number\",\"boolean\"]");
    }

    @Test
    void yamlIsTheSame() {
        assertThat(schema("Workload", "-o", "yaml")).isEqualTo(ExitCode.OK);
        assertThat(printed.out()).contains("const: Workload\n");
    }

    @Test
    void eachExampleIsOneThatIsRead() {
        for (Kind kind : Kinds.WRITTEN) {
            assertThat(RegistryFiles.parse(Path.of("example.yaml"), kind.example())
                            .errors())
                    .as(kind.kindName())
                    .isEmpty();
            assertThat(kind.example()).contains("kind: " + kind.kindName() + "\n");
        }
    }
}
