package dev.weft.cli.screen;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class HumanTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    @ParameterizedTest
    @CsvSource({
        "PT0S, 0s",
        "PT59.9S, 59s",
        "PT1M, 1m",
        "PT2M5S, 2m 5s",
        "PT9M59S, 9m 59s",
        "PT10M59S, 10m",
        "PT59M59S, 59m",
        "PT1H, 1h",
        "PT9H59M, 9h 59m",
        "PT23H59M, 23h",
        "PT47H, 47h",
        "PT48H, 2d",
        "P365D, 365d",
        "P729D, 729d",
        "P3650D, 10y",
        "P3649D, 9y 364d"
    })
    void saysADurationInOneOrTwoUnits(Duration duration, String expected) {
        assertThat(Human.duration(duration)).isEqualTo(expected);
    }

    @Test
    void saysAMomentAsSeenFromNow() {
        assertThat(Human.relative(NOW.plus(Duration.ofHours(23)), NOW)).isEqualTo("in 23h");
        assertThat(Human.relative(NOW.minus(Duration.ofSeconds(61)), NOW)).isEqualTo("1m 1s ago");
        assertThat(Human.relative(NOW.plusMillis(999), NOW)).isEqualTo("now");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0 B",
        "1023, 1023 B",
        "1024, 1.0 KiB",
        "1535, 1.4 KiB",
        "10240, 10 KiB",
        "1048576, 1.0 MiB",
        "24117248, 23 MiB",
        "1152921504606846976, 1.0 EiB"
    })
    void saysASizeRoundedDown(long bytes, String expected) {
        assertThat(Human.bytes(bytes)).isEqualTo(expected);
    }

    @Test
    void countsInTheRightNumber() {
        assertThat(Human.count(0, "connection")).isEqualTo("0 connections");
        assertThat(Human.count(1, "connection")).isEqualTo("1 connection");
    }
}
