package dev.weft.files.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a Workload, or its namespace, says of its sidecar in annotations. */
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
                        + " weft.dev/access-log-calls: 'true', weft.dev/detect-http: 0s, weft.dev/http-connect: tunnel,"
                        + " weft.dev/connect-timeout: 2s, example.com/other: x",
                "serviceAccount: api");
        assertThat(parsed.errors()).isEmpty();
        assertThat(parsed.programs().values())
                .singleElement()
                .satisfies(program -> assertThat(program.sidecar())
                        .isEqualTo(Map.of(
                                "otlp-endpoint", "http://10.0.0.7:4318",
                                "trace-ratio", "0.5",
                                "access-log-calls", "true",
                                "detect-http", "0s",
                                "http-connect", "tunnel",
                                "connect-timeout", "2s")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "otel.shop.svc:4318/v1/traces",
                "[fd00::7]:4318",
                "[::ffff:10.0.0.7]:4318",
                "[::10.0.0.7]",
                "[64:ff9b::10.0.0.7]",
                "[1:2:3:4:5:6:10.0.0.7]"
            })
    void aCollectorHasANameOrAnAddress(String where) {
        assertThat(parsed("weft.dev/otlp-endpoint: 'http://" + where + "'", "serviceAccount: api")
                        .errors())
                .isEmpty();
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
                "weft.dev/otlp-endpoint: 'http://[:::]:4318' | expected: a collector's URL",
                "weft.dev/otlp-endpoint: 'http://[1:2:3:4:5:6:7]:4318' | expected: a collector's URL",
                "weft.dev/otlp-endpoint: 'http://[1::2::3]' | expected: a collector's URL",
                "weft.dev/otlp-endpoint: 'http://[1:2:3:4:5:6:7:8:9]' | expected: a collector's URL",
                "weft.dev/otlp-endpoint: 'http://[12345::]' | expected: a collector's URL",
                "weft.dev/otlp-endpoint: 'http://[::ffff:10.0.0]:4318' | expected: a collector's URL",
                "weft.dev/otlp-endpoint: 'http://[::ffff:10.0.0.256]' | expected: a collector's URL",
                "weft.dev/otlp-endpoint: 'http://[1:2:3:4:5:6:7:10.0.0.7]' | expected: a collector's URL",
                "weft.dev/otlp-endpoint: 'http://[1:2:3:4:5::6:10.0.0.7]' | expected: a collector's URL",
                "weft.dev/otlp-endpoint: 'http://[10.0.0.7::]' | expected: a collector's URL",
                "weft.dev/trace-ratio: '1.5' | expected: a number from 0 to 1",
                "weft.dev/access-log-calls: 'yes' | expected: true, or false",
                "weft.dev/detect-http: '11s' | expected: a time from 0s to 10s, as 20ms",
                "weft.dev/detect-http: '20' | expected: a time from 0s to 10s, as 20ms",
                "weft.dev/detect-declared: 0s | expected: a time from 10ms to 10s, as 300ms",
                "weft.dev/first-head: 11m | expected: a time from 100ms to 10m, as 10s",
                "weft.dev/connect-timeout: 61s | expected: a time from 100ms to 1m, as 5s",
                "weft.dev/http-idle: '3' | expected: a time from 0s to 10m, as 3s",
                "weft.dev/http-connect: allow | expected: refuse, or tunnel",
                "weft.dev/http-head: 64KiB | expected: a number of KiB from 8 to 256",
                "weft.dev/http-fields: '10' | expected: a number from 20 to 1000",
                "weft.dev/denial-reasons: some | expected: all, identified, or none",
                "weft.dev/peer-silence: 999ms | expected: a time from 1s to 10m, as 10s",
                "weft.dev/max-sessions: '0' | expected: a number from 1 to 99999",
                "weft.dev/max-held: '97' | expected: a number of MiB from 1 to 96",
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

    @ParameterizedTest
    @ValueSource(
            strings = {"::", "::1", "fd00::1", "1::", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8", "A::b:c"
            })
    void aCollectorMayHaveAnIpv6Address(String address) {
        assertThat(parsed("weft.dev/otlp-endpoint: 'http://[" + address + "]:4318'", "serviceAccount: api")
                        .errors())
                .isEmpty();
    }

    private static Parsed namespace(String annotations) {
        return RegistryFiles.parse(
                Path.of("mesh.yaml"),
                "{apiVersion: v1, kind: Namespace, metadata: {name: shop, annotations: {" + annotations + "}}}");
    }

    @Test
    void ofANamespaceHoldWhereTheWorkloadHasNone() {
        Parsed parsed = namespace("weft.dev/otlp-endpoint: 'http://c', weft.dev/trace-ratio: '0.5'");
        assertThat(parsed.errors()).isEmpty();
        Map<String, String> ofNamespace = Objects.requireNonNull(
                        parsed.objects().namespaces().get("shop"))
                .sidecar();
        assertThat(ofNamespace).isEqualTo(Map.of("otlp-endpoint", "http://c", "trace-ratio", "0.5"));
        ProgramSpec program = Objects.requireNonNull(parsed("weft.dev/trace-ratio: '1'", "serviceAccount: api")
                .programs()
                .values()
                .iterator()
                .next());
        assertThat(program.withSidecar(ofNamespace).sidecar())
                .isEqualTo(Map.of("otlp-endpoint", "http://c", "trace-ratio", "1"));
    }

    @Test
    void aWrongOneOfANamespaceIsRefused() {
        assertThat(namespace("weft.dev/trace-ratio: 'all'").errors())
                .singleElement()
                .satisfies(error -> assertThat(error.reason()).contains("expected: a number from 0 to 1"));
    }
}
