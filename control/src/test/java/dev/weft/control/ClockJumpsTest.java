package dev.weft.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.daemon.metrics.Metrics;
import dev.weft.testing.SettableClock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ClockJumpsTest {
    private final SettableClock clock = new SettableClock(Instant.parse("2026-01-01T00:00:00Z"));
    private final Metrics metrics = new Metrics();
    private long nanos;
    private int reloads;
    private final ClockJumps jumps = new ClockJumps(clock, () -> nanos, metrics, () -> reloads++);

    private void pass(Duration real, Duration shown) {
        nanos += real.toNanos();
        clock.set(clock.instant().plus(shown));
        jumps.look();
    }

    @Test
    void aClockThatWasSetIsCountedAndCertificatesAreJudgedAgain() {
        pass(Duration.ofSeconds(5), Duration.ofSeconds(5));
        assertThat(reloads).isZero();
        pass(Duration.ofSeconds(5), Duration.ofHours(-1));
        pass(Duration.ofSeconds(5), Duration.ofHours(1));
        pass(Duration.ofSeconds(5), Duration.ofHours(1));
        assertThat(reloads).isEqualTo(3);
        assertThat(metrics.text())
                .contains("weft_control_clock_jumps_total{direction=\"back\"} 1\n")
                .contains("weft_control_clock_jumps_total{direction=\"forward\"} 2\n");
    }
}
