package dev.weft.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

final class DurationConverterTest {

    @Test
    void readsSecondsMinutesHoursDaysAndYears() {
        DurationConverter times = new DurationConverter();
        assertThat(times.convert("90s")).isEqualTo(Duration.ofSeconds(90));
        assertThat(times.convert("10m")).isEqualTo(Duration.ofMinutes(10));
        assertThat(times.convert("24h")).isEqualTo(Duration.ofHours(24));
        assertThat(times.convert("7d")).isEqualTo(Duration.ofDays(7));
        assertThat(times.convert("10y")).isEqualTo(Duration.ofDays(3650));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "24", "h", "1.5h", "-1h", "24 h", "1w", "1234567s"})
    void refusesWhatIsNoTime(String given) {
        assertThatThrownBy(() -> new DurationConverter().convert(given))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining("expected: a number with s, m, h, d or y");
    }
}
