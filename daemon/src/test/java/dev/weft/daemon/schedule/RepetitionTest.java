package dev.weft.daemon.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.testing.Waiting;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class RepetitionTest {

    @Test
    void aTaskThatFailsRunsAgainUntilItIsCancelled() {
        EventLoop loop = new DefaultEventLoop();
        try {
            AtomicInteger runs = new AtomicInteger();
            Future<?> repetition = Repetition.every(loop, Duration.ofMillis(1), () -> {
                if (runs.incrementAndGet() < 3) {
                    throw new IllegalStateException("the test's");
                }
            });
            Waiting.until(() -> runs.get() > 3);
            assertThat(repetition.cancel(false)).isTrue();
            loop.submit(() -> {}).syncUninterruptibly(); // a run that had begun is over
            int last = runs.get();
            loop.schedule(() -> {}, 20, TimeUnit.MILLISECONDS).syncUninterruptibly();
            assertThat(runs).hasValue(last);
        } finally {
            loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
        }
    }
}
