package dev.weft.proxy.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Time passes only by {@link #pass}, and the clock can be set apart from it. */
class ClockTimerTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration MOMENT = Duration.ofMillis(2);

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private Instant now = NOW;
    private int ran;
    private final ClockTimer timer = new ClockTimer(channel.eventLoop(), () -> now, () -> ran++);

    @BeforeEach
    void freeze() {
        channel.freezeTime();
    }

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    private void pass(Duration time) {
        now = now.plus(time);
        channel.advanceTimeBy(time.toMillis(), TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
    }

    @Test
    void runsOnceAtTheMoment() {
        timer.set(NOW.plusSeconds(30));
        pass(Duration.ofSeconds(29));
        assertThat(ran).isZero();
        pass(Duration.ofSeconds(1).plus(MOMENT));
        assertThat(ran).isEqualTo(1);
        pass(Duration.ofMinutes(5));
        assertThat(ran).isEqualTo(1);
    }

    @Test
    void anEarlierMomentCountsAlsoRightBeforeTheClockIsLookedAtAgain() {
        timer.set(NOW.plus(Duration.ofHours(14)));
        pass(ClockTimer.MAX_DELAY.minusSeconds(1));
        timer.setEarlier(now.plusSeconds(2));
        pass(Duration.ofSeconds(1).plus(MOMENT));
        assertThat(ran).isZero();
        pass(Duration.ofSeconds(1).plus(MOMENT));
        assertThat(ran).isEqualTo(1);
    }

    @Test
    void aLaterMomentDoesNotCountAsEarlier() {
        timer.set(NOW.plusSeconds(1));
        timer.setEarlier(NOW.plusSeconds(10));
        pass(Duration.ofSeconds(1).plus(MOMENT));
        assertThat(ran).isEqualTo(1);
    }

    @Test
    void aMomentThatHasPassedByAClockSetForwardCountsAtTheNextChange() {
        timer.set(NOW.plusSeconds(40));
        now = NOW.plusSeconds(50);
        timer.setEarlier(now.plusSeconds(2));
        pass(MOMENT);
        assertThat(ran).isEqualTo(1);
    }

    @Test
    void anotherMomentReplacesTheFirst() {
        timer.set(NOW.plusSeconds(1));
        timer.set(NOW.plusSeconds(10));
        pass(Duration.ofSeconds(9));
        assertThat(ran).isZero();
        pass(Duration.ofSeconds(1).plus(MOMENT));
        assertThat(ran).isEqualTo(1);
    }

    @Test
    void aClockThatIsSetForwardIsSeenWithinAMinute() {
        timer.set(NOW.plus(Duration.ofHours(14)));
        now = NOW.plus(Duration.ofHours(15));
        pass(ClockTimer.MAX_DELAY.plus(MOMENT));
        assertThat(ran).isEqualTo(1);
    }

    @Test
    void aClockThatIsSetBackDelaysTheTask() {
        timer.set(NOW.plusSeconds(10));
        now = NOW.minusSeconds(20);
        pass(Duration.ofSeconds(29));
        assertThat(ran).isZero();
        pass(Duration.ofSeconds(1).plus(MOMENT));
        assertThat(ran).isEqualTo(1);
    }

    @Test
    void nothingRunsOnceCancelled() {
        timer.set(NOW.plusSeconds(1));
        timer.cancel();
        pass(Duration.ofMinutes(5));
        assertThat(ran).isZero();
        timer.setEarlier(now.plusSeconds(1));
        pass(Duration.ofSeconds(1).plus(MOMENT));
        assertThat(ran).isEqualTo(1);
    }
}
