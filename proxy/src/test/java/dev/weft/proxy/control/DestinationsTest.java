package dev.weft.proxy.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.v1.Destination;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DestinationsTest {
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final Destinations destinations = new Destinations(channel.eventLoop(), () -> " (not connected: why)");

    @BeforeEach
    void freeze() {
        channel.freezeTime();
    }

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    @Test
    void waitsNoLongerThanItSays() {
        CompletableFuture<Destination> answer = destinations.await("10.0.0.1:80");
        pass(2_999);
        assertThat(answer).isNotDone();
        pass(2);
        assertThatThrownBy(answer::join).hasMessageContaining("10.0.0.1:80 leads (not connected: why)");
    }

    @Test
    void givesEachWaitItsFullTime() {
        CompletableFuture<Destination> first = destinations.await("10.0.0.1:80");
        pass(2_000);
        destinations.answer("10.0.0.1:80", Resources.notInMesh());
        assertThat(first).isCompleted();
        CompletableFuture<Destination> second = destinations.await("10.0.0.1:80");
        pass(2_000);
        assertThat(second).as("not ended by the first one's timer").isNotDone();
        pass(1_001);
        assertThat(second).isCompletedExceptionally();
    }

    @Test
    void refusesMoreThanTheControlPlaneLetsAProxyHold() throws RpcException {
        for (int i = 0; i < Destinations.MAX_DESTINATIONS; i++) {
            assertThat(destinations.add("10.0.0.1:" + i)).isTrue();
        }
        assertThat(destinations.add("10.0.0.1:0")).as("already there").isFalse();
        assertThatThrownBy(() -> destinations.add("10.0.0.2:80"))
                .isInstanceOf(RpcException.class)
                .hasMessageContaining("10.0.0.2:80")
                .hasMessageContaining("9000");
        assertThat(destinations.remove("10.0.0.1:0")).isTrue();
        assertThat(destinations.add("10.0.0.2:80")).isTrue();
    }

    private void pass(long millis) {
        channel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
    }
}
