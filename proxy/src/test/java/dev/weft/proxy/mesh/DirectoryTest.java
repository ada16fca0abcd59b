package dev.weft.proxy.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.proxy.settings.HostPort;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DirectoryTest {
    private static final InetSocketAddress ADDRESS = HostPort.literal("10.96.0.1:80");
    private static final String NAME = "destination/10.96.0.1:80";

    private final List<String> asked = new ArrayList<>();
    private final List<String> given = new ArrayList<>();
    private final List<@Nullable Route> answers = new ArrayList<>();
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final Directory directory = new Directory(new Directory.Subscriptions() {
        @Override
        public void subscribe(String name) {
            asked.add(name);
        }

        @Override
        public void unsubscribe(String name) {
            given.add(name);
        }
    });

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    private void resolve(InetSocketAddress address) {
        directory.resolve(address, channel.eventLoop(), answers::add);
        channel.runPendingTasks();
    }

    @Test
    void asksOnceAndAnswersAllThatWait() {
        resolve(ADDRESS);
        resolve(ADDRESS);
        assertThat(asked).containsExactly(NAME);
        assertThat(answers).isEmpty();
        Route route = new Route.NotInMesh();
        directory.update(NAME, route);
        channel.runPendingTasks();
        assertThat(answers).containsExactly(route, route);
    }

    @Test
    void answersAtOnceWhatItKnows() {
        Route route = new Route.Unreachable("no such port");
        directory.update(NAME, route);
        resolve(ADDRESS);
        assertThat(answers).containsExactly(route);
        assertThat(asked).isEmpty();
    }

    @Test
    void givesUpWhenNoAnswerComesInTime() {
        resolve(ADDRESS);
        channel.advanceTimeBy(Directory.MAX_WAIT.toMillis() - 1, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
        assertThat(answers).isEmpty();
        channel.advanceTimeBy(1, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
        assertThat(answers).hasSize(1).containsOnlyNulls();
        directory.update(NAME, new Route.NotInMesh());
        channel.runPendingTasks();
        assertThat(answers).as("each is called back once").hasSize(1);
    }

    @Test
    void keepsNoTimerForWhatWasAnswered() {
        resolve(ADDRESS);
        directory.update(NAME, new Route.NotInMesh());
        channel.runPendingTasks();
        assertThat(answers).hasSize(1);
        assertThat(channel.runScheduledPendingTasks()).as("the next timer").isEqualTo(-1);
    }

    @Test
    void asksAgainForWhatTheControlPlaneTookBack() {
        resolve(ADDRESS);
        directory.update(NAME, new Route.NotInMesh());
        directory.remove(NAME);
        resolve(ADDRESS);
        assertThat(asked).containsExactly(NAME, NAME);
    }

    @Test
    void forgetsTheOneLongestUnusedBeyondItsLimit() {
        for (int i = 0; i < Directory.MAX_DESTINATIONS; i++) {
            resolve(HostPort.literal("10.1." + (i >> 8) + "." + (i & 255) + ":80"));
        }
        resolve(HostPort.literal("10.1.0.0:80")); // used again, so it stays
        resolve(ADDRESS);
        assertThat(given).containsExactly("destination/10.1.0.1:80");
        assertThat(directory.size()).isEqualTo(Directory.MAX_DESTINATIONS);
    }
}
