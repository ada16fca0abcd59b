package dev.weft.control.certify;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

final class RateLimiterTest {

    private static final Instant START = Instant.parse("2030-01-01T00:00:00Z");

    private Instant now = START;

    private final Clock clock = new Clock() {
        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneOffset getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(java.time.ZoneId zone) {
            return this;
        }
    };

    @Test
    void admitsABurstAndThenTheRate() {
        RateLimiter limiter = new RateLimiter(2, 3, 10, clock);
        assertThat(admitted(limiter, "web", 10)).isEqualTo(3);
        now = START.plus(Duration.ofSeconds(1));
        assertThat(admitted(limiter, "web", 10)).isEqualTo(2);
        now = START.plus(Duration.ofHours(1));
        assertThat(admitted(limiter, "web", 10)).isEqualTo(3);
    }

    @Test
    void keepsCallersApart() {
        RateLimiter limiter = new RateLimiter(2, 3, 10, clock);
        assertThat(admitted(limiter, "web", 10)).isEqualTo(3);
        assertThat(admitted(limiter, "api", 10)).isEqualTo(3);
    }

    @Test
    void takesNothingBackWhenTheClockGoesBack() {
        RateLimiter limiter = new RateLimiter(2, 3, 10, clock);
        assertThat(admitted(limiter, "web", 1)).isEqualTo(1);
        now = START.minus(Duration.ofHours(1));
        assertThat(admitted(limiter, "web", 10)).isEqualTo(2);
    }

    @Test
    void forgetsTheCallerThatHasBeenQuietLongest() {
        RateLimiter limiter = new RateLimiter(2, 1, 2, clock);
        assertThat(admitted(limiter, "a", 2)).isEqualTo(1);
        assertThat(admitted(limiter, "b", 2)).isEqualTo(1);
        assertThat(admitted(limiter, "c", 2)).isEqualTo(1);
        assertThat(admitted(limiter, "a", 2)).isEqualTo(1);
    }

    private static int admitted(RateLimiter limiter, String caller, int times) {
        int admitted = 0;
        for (int i = 0; i < times; i++) {
            admitted += limiter.tryAcquire(caller) ? 1 : 0;
        }
        return admitted;
    }
}
