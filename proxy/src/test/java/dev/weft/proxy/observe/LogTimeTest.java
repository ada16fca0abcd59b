package dev.weft.proxy.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogTimeTest {
    private final LogTime times = new LogTime();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2030-01-02T03:04:05Z",
                "2030-01-02T03:04:05.100Z",
                "2030-01-02T03:04:05.001Z",
                "2030-01-02T03:04:05.000001Z",
                "2030-01-02T03:04:05.120034Z",
                "2030-01-02T03:04:05.000000001Z",
                "2030-01-02T03:04:05.999999999Z",
                "1969-12-31T23:59:59.500Z"
            })
    void writesWhatInstantWrites(String moment) {
        assertThat(times.text(Instant.parse(moment))).isEqualTo(moment);
    }

    @Test
    void theNextSecondHasItsOwnText() {
        Instant first = Instant.parse("2030-01-02T03:04:59.5Z");

        assertThat(times.text(first)).isEqualTo(first.toString());
        assertThat(times.text(first.plusSeconds(1)))
                .isEqualTo(first.plusSeconds(1).toString());
        assertThat(times.text(first)).isEqualTo(first.toString());
    }
}
