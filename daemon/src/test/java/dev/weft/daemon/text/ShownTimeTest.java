package dev.weft.daemon.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ShownTimeTest {

    private static final long LAST = 253_402_300_799L;

    @Test
    void takesEachTimeOfFourDigitYears() {
        assertThat(ShownTime.ofEpochSecond("since", 0)).isEqualTo(Instant.EPOCH);
        assertThat(ShownTime.ofEpochSecond("since", LAST)).isEqualTo(Instant.parse("9999-12-31T23:59:59Z"));
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, LAST + 1, Long.MIN_VALUE, Long.MAX_VALUE})
    void refusesOtherTimes(long second) {
        assertThatThrownBy(() -> ShownTime.ofEpochSecond("traffic: since", second))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "traffic: since " + second + " (expected: seconds since the epoch, from 0 to 253402300799)");
    }
}
