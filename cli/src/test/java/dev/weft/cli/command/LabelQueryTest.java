package dev.weft.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

final class LabelQueryTest {

    private static final Map<String, String> LABELS =
            Map.of("app", "api", "app.kubernetes.io/part-of", "shop", "empty", "");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "app=api | true",
                "app==api | true",
                "app = api | true",
                "app=web | false",
                "app!=web | true",
                "app!=api | false",
                "tier!=test | true",
                "app | true",
                "tier | false",
                "!tier | true",
                "!app | false",
                "empty= | true",
                "app.kubernetes.io/part-of=shop, app | true",
                "app=api,tier=front | false",
            })
    void matchesAsKubectlDoes(String given, boolean matches) {
        assertThat(new LabelQuery.Parsed().convert(given).matches(LABELS)).isEqualTo(matches);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "app=api,", "app in (api,web)", "=api", "app>1", "app=a b", "-app", "app=api;tier"})
    void refusesWhatIsNoSelector(String given) {
        assertThatThrownBy(() -> new LabelQuery.Parsed().convert(given))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining("expected: labels");
    }
}
