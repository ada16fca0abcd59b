package dev.weft.files.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a Workload says of its sidecar in annotations. */
final class SidecarSettingsTest {

    private static Parsed parsed(String annotations, String spec) {
        return RegistryFiles.parse(
                Path.of("mesh.yaml"),
                "{apiVersion: weft.dev/v1alpha1, kind: Workload, metadata: {name: api, annotations: {" + annotations
                        + "}}, spec: {" + spec + "}}");
    }

    @Test
    void areFlagsOfTheSidecar() {
        Parsed parsed = parsed(
                "weft.dev/otlp-endpoint: 'http://10.0.0.7:4318', weft.dev/trace-ratio: '0.5',"
                        + " weft.dev/access-log-calls: 'true', example.com/other: x",
                "serviceAccount: api");
        assertThat(parsed.errors()).isEmpty();
        assertThat(parsed.programs().values())
                .singleElement()
                .satisfies(program -> assertThat(program.sidecar())
                        .isEqualTo(Map.of(
                                "otlp-endpoint", "http://10.0.0.7:4318",
                                "trace-ratio", "0.5",
                                "access-log-calls", "true")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "weft.dev/otlp-endpoint: 'https://c:4318' | expected: a collector's URL",
                "weft.dev/otlp-endpoint: 'http://u:p@c' | expected: a collector's URL",
                "weft.dev/otlp-endpoint: 'http://10.0.0.256:4318' | expected: a collector's URL",
                "weft.dev/otlp-endpoint: 'http://otel.1x:4318' | expected: a collector's URL",
                "weft.dev/otlp-endpoint: '' | expected: a collector's URL",
                "weft.dev/trace-ratio: '1.5' | expected: a number from 0 to 1",
                "weft.dev/access-log-calls: 'yes' | expected: true, or false",
                "weft.dev/otlp-endpoit: 'http://c' | unknown annotation",
            })
    void aWrongOneIsRefused(String annotation, String reason) {
        assertThat(parsed(annotation, "serviceAccount: api").errors())
                .singleElement()
                .satisfies(error -> assertThat(error.reason()).contains(reason));
    }

    @Test
    void aWorkloadWithoutASidecarHasNone() {
        assertThat(parsed("weft.dev/trace-ratio: '1'", "serviceAccount: api, meshed: false")
                        .errors())
                .singleElement()
                .satisfies(error -> assertThat(error.reason()).contains("on a workload without a sidecar"));
    }
}
