package dev.weft.files.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A second message about the same cause would look like a second fault. */
final class OneErrorForOneCauseTest {

    private static Parsed parse(String spec) {
        return RegistryFiles.parse(Path.of("shop.yaml"), """
                apiVersion: weft.dev/v1alpha1
                kind: AuthorizationPolicy
                metadata: {name: p, namespace: shop}
                spec:
                  action: Allow
                """ + spec.indent(2));
    }

    private static Parsed route(String rules) {
        return RegistryFiles.parse(Path.of("shop.yaml"), """
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: {name: r, namespace: shop}
                spec:
                  parentRefs: [{group: "", kind: Service, name: api}]
                  rules: %s
                """.formatted(rules));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "from: [{servicAccount: web}] | unknown field servicAccount; did you mean serviceAccount?",
                "'from: [{anyone: true}]\nto: [{htp: {}}]' | unknown field htp; did you mean http?",
                "'from: [{anyone: true}]\nto: [{http: {paths: [{exat: /a}]}}]' | unknown field exat; did you mean exact?",
            })
    void aMisspeltChoice(String spec, String reason) {
        assertThat(parse(spec).errors())
                .singleElement()
                .satisfies(error -> assertThat(error.reason()).contains(reason));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | spec.rules: a list was expected",
                "[a] | spec.rules[0]: a mapping was expected",
            })
    void aListOfAWrongForm(String rules, String reason) {
        assertThat(route(rules).errors())
                .singleElement()
                .satisfies(error -> assertThat(error.reason()).contains(reason));
    }

    @Test
    void aListThatIsTooLong() {
        assertThat(route("[" + "{}, ".repeat(17) + "]").errors())
                .singleElement()
                .satisfies(error -> assertThat(error.reason()).contains("17 items (expected: at most 16)"));
    }
}
