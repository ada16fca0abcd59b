package dev.weft.daemon.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClockWatchTest {
    private Instant instant = Instant.parse("2026-01-01T00:00:00Z");
    private long nanos;
    private final List<Duration> jumps = new ArrayList<>();
    private final ClockWatch watch = new ClockWatch(() -> instant, () -> nanos, jumps::add);

    private void pass(Duration real, Duration shown) {
        nanos += real.toNanos();
        instant = instant.plus(shown);
        watch.look();
    }

    @Test
    void saysNothingWhileBothClocksGoTogether() {
        for (int i = 0; i < 1000; i++) {
            pass(Duration.ofSeconds(5), Duration.ofMillis(5_002)); // slewed as fast as a kernel does
        }
        assertThat(jumps).isEmpty();
    }

    @Test
    void noticesThatTheClockWasSetForward() {
        pass(Duration.ofSeconds(5), Duration.ofHours(1));
        assertThat(jumps).containsExactly(Duration.ofHours(1).minusSeconds(5));
        pass(Duration.ofSeconds(5), Duration.ofSeconds(5));
        assertThat(jumps).hasSize(1);
    }

    @Test
    void noticesThatTheClockWasSetBack() {
        pass(Duration.ofSeconds(5), Duration.ofMinutes(-10));
        assertThat(jumps).containsExactly(Duration.ofMinutes(-10).minusSeconds(5));
    }

    @Test
    void noticesThatTheMachineSlept() {
        pass(Duration.ofSeconds(5), Duration.ofSeconds(5));
        pass(Duration.ofMillis(300), Duration.ofHours(9)); // the monotonic clock stood still meanwhile
        assertThat(jumps).hasSize(1);
        assertThat(jumps.getFirst()).isGreaterThan(Duration.ofHours(8));
    }

    @Test
    void takesALongPauseOfTheProcessForNoJump() {
        pass(Duration.ofMinutes(3), Duration.ofMinutes(3));
        assertThat(jumps).isEmpty();
    }
}
