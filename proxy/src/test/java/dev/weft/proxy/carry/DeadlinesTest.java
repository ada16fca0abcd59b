package dev.weft.proxy.carry;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DeadlinesTest {
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final Deadlines deadlines = new Deadlines(channel.eventLoop());
    private final List<String> ran = new ArrayList<>();

    @BeforeEach
    void freeze() {
        channel.freezeTime();
    }

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    private void pass(long millis) {
        channel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
    }

    private void start() {
        deadlines.request(Duration.ofMillis(30), () -> ran.add("request"));
        deadlines.attempt(Duration.ofMillis(10), () -> ran.add("attempt"));
        deadlines.repeat(20, () -> ran.add("repeat"));
    }

    @Test
    void eachComesInItsTime() {
        start();
        pass(10);
        pass(10);
        pass(10);
        assertThat(ran).containsExactly("attempt", "repeat", "request");
    }

    @Test
    void anAttemptThatHasEndedLeavesTheWaitForTheNextOne() {
        start();
        deadlines.attemptEnded();
        pass(20);
        assertThat(ran).containsExactly("repeat");
    }

    @Test
    void noTimerIsLeftOfARequestThatIsOver() {
        start();
        deadlines.close();
        assertThat(channel.runScheduledPendingTasks()).as("the next timer").isEqualTo(-1);
        pass(100);
        assertThat(ran).isEmpty();
    }
}
