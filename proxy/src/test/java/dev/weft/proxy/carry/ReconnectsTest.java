package dev.weft.proxy.carry;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How fast connections are asked to end. */
class ReconnectsTest {
    private static final Duration SPREAD = Duration.ofSeconds(5);
    private static final int MANY = 1000;

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final AtomicInteger asked = new AtomicInteger();
    private final Reconnects reconnects = new Reconnects(channel.eventLoop(), SPREAD);

    @BeforeEach
    void standStill() {
        channel.freezeTime();
    }

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    private void pass(Duration time) {
        long step = Reconnects.STEP.toMillis() / 2;
        for (long left = time.toMillis(); left > 0; left -= step) {
            channel.advanceTimeBy(Math.min(step, left), TimeUnit.MILLISECONDS);
            channel.runScheduledPendingTasks();
        }
    }

    @SuppressWarnings("UnnecessaryLambda") // each is another
    private Runnable connection() {
        return new Runnable() {
            @Override
            public void run() {
                asked.incrementAndGet();
            }
        };
    }

    @Test
    void theFirstWaitsAtRandomAndTheOthersForTheirTurn() {
        for (int i = 0; i < MANY; i++) {
            reconnects.add(connection());
        }
        channel.runScheduledPendingTasks();
        assertThat(asked.get()).isLessThanOrEqualTo(1);
        pass(SPREAD);
        int first = asked.get();
        assertThat(first).isPositive();
        pass(Duration.ofSeconds(2));
        assertThat(asked.get() - first).isBetween(99, 101);
        pass(Reconnects.STEP.multipliedBy(MANY));
        assertThat(asked).hasValue(MANY);
    }

    @Test
    void oneThatHasEndedHasNoTurnAndAnAddedOneHasOne() {
        Runnable ended = connection();
        Runnable open = connection();
        reconnects.add(ended);
        reconnects.add(open);
        reconnects.add(open);
        reconnects.remove(ended);
        pass(SPREAD.multipliedBy(2));
        assertThat(asked).hasValue(1);
    }

    @Test
    void anotherRoundBeginsAfterAPause() {
        reconnects.add(connection());
        pass(SPREAD.multipliedBy(2));
        reconnects.add(connection());
        pass(SPREAD.multipliedBy(2));
        assertThat(asked).hasValue(2);
    }
}
