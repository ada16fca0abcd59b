package dev.weft.proxy.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SparseLogTest {
    private final AtomicLong now = new AtomicLong(5);
    private final List<Long> summaries = new ArrayList<>();
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final SparseLog log = new SparseLog(2, Duration.ofSeconds(10), now::get, summaries::add);

    @BeforeEach
    void freeze() {
        channel.freezeTime();
    }

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    private boolean mayWrite() {
        return log.mayWrite(channel.eventLoop());
    }

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
        channel.advanceTimeBy(time.toMillis(), TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
    }

    @Test
    void writesAFewInAPeriodAndSaysAtItsEndHowManyWereLeftOut() {
        assertThat(mayWrite()).isTrue();
        assertThat(mayWrite()).isTrue();
        for (int i = 0; i < 1000; i++) {
            assertThat(mayWrite()).isFalse();
        }
        pass(Duration.ofSeconds(9));
        assertThat(mayWrite()).isFalse();
        assertThat(summaries).isEmpty();
        pass(Duration.ofSeconds(1));
        assertThat(summaries).containsExactly(1001L);
        assertThat(mayWrite()).isTrue();
    }

    @Test
    void saysNothingAtTheEndWhereNothingWasLeftOut() {
        for (int i = 0; i < 10; i++) {
            assertThat(mayWrite()).isTrue();
            pass(Duration.ofSeconds(10));
        }
        assertThat(summaries).isEmpty();
    }
}
