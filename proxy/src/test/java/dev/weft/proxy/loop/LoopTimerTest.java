package dev.weft.proxy.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A timer in time that only the tests move. */
class LoopTimerTest {
    private static final Duration TIME = Duration.ofSeconds(1);

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final LoopTimer timer = new LoopTimer();
    private int runs;

    LoopTimerTest() {
        channel.freezeTime();
    }

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    private void start(Runnable task) {
        timer.start(channel.eventLoop(), TIME, task);
    }

    private void pass() {
        channel.advanceTimeBy(TIME.toSeconds(), TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();
    }

    @Test
    void runsOnceAndIsNotSetAfterwards() {
        start(() -> runs++);
        assertThat(timer.isSet()).isTrue();
        pass();
        pass();
        assertThat(runs).isOne();
        assertThat(timer.isSet()).isFalse();
    }

    @Test
    void isNotSetAfterATaskThatFails() {
        start(() -> {
            throw new IllegalStateException("failed");
        });
        pass();
        assertThat(timer.isSet()).isFalse();
    }

    @Test
    void aTaskMayStartItAgain() {
        start(() -> start(() -> runs++));
        pass();
        assertThat(timer.isSet()).isTrue();
        pass();
        assertThat(runs).isOne();
    }

    @Test
    void runsNothingOnceItIsCancelledOrReplaced() {
        start(() -> runs++);
        timer.cancel();
        assertThat(timer.isSet()).isFalse();
        start(() -> runs++);
        start(() -> runs += 10);
        pass();
        assertThat(runs).isEqualTo(10);
    }

    @Test
    void waitsForCenturies() {
        timer.start(channel.eventLoop(), Duration.ofDays(3_000_000), () -> runs++);
        pass();
        assertThat(timer.isSet()).isTrue();
        assertThat(runs).isZero();
    }
}
