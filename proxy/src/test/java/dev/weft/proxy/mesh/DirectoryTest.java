package dev.weft.proxy.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.daemon.text.HostPort;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.proxy.control.ResourceName;
import dev.weft.proxy.control.Subscriptions;
import dev.weft.proxy.mesh.Directory.Standing;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DirectoryTest {
    private static final InetSocketAddress ADDRESS = HostPort.literal("10.96.0.1:80");
    private static final Duration GRACE = Duration.ofMinutes(5);
    private static final Route OUTSIDE = new Route.NotInMesh();
    private static final Route.Endpoint MESHED = new Route.Endpoint(
            HostPort.literal("10.1.0.1:80"), SpiffeId.parse("spiffe://cluster.local/ns/shop/sa/api"), 15008, 1);
    private static final Route IN_MESH = new Route.ToEndpoints(List.of(MESHED));
    private static final Route.Endpoint UNMESHED = new Route.Endpoint(HostPort.literal("10.1.0.2:80"), null, 0, 1);
    private static final String NAME = "destination/10.96.0.1:80";

    private final List<String> asked = new ArrayList<>();
    private final List<String> given = new ArrayList<>();
    private final List<@Nullable Route> answers = new ArrayList<>();
    private final List<InetSocketAddress> told = new ArrayList<>();
    private long now = 7;
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final Directory directory = new Directory(
            new Subscriptions() {
                @Override
                public void subscribe(ResourceName name) {
                    asked.add(name.wireName());
                }

                @Override
                public void unsubscribe(ResourceName name) {
                    given.add(name.wireName());
                }
            },
            GRACE,
            () -> now);

    @BeforeEach
    void freeze() {
        channel.freezeTime();
    }

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
        directory.update(ADDRESS, route);
        channel.runPendingTasks();
        assertThat(answers).containsExactly(route, route);
    }

    @Test
    void tellsObserversOfAnotherAnswerAlsoAfterTheAddressWasTakenBack() {
        List<Route> seen = new ArrayList<>();
        assertThat(directory.observe(ADDRESS, () -> {})).isNull();
        resolve(ADDRESS);
        Observation observation = Objects.requireNonNull(directory.observe(ADDRESS, () -> seen.add(IN_MESH)));
        assertThat(observation.route()).isNull();
        directory.update(ADDRESS, IN_MESH);
        directory.update(ADDRESS, IN_MESH);
        assertThat(seen).hasSize(1);
        assertThat(observation.route()).isEqualTo(IN_MESH);
        observation.close();
        directory.update(ADDRESS, new Route.NotInMesh());
        assertThat(seen).hasSize(1);
        Observation other = Objects.requireNonNull(directory.observe(ADDRESS, () -> seen.add(IN_MESH)));
        directory.remove(ADDRESS);
        assertThat(other.route()).isNull();
        directory.update(ADDRESS, IN_MESH);
        assertThat(seen).hasSize(2);
        other.close();
        directory.remove(ADDRESS);
        assertThat(directory.knows(ADDRESS)).isFalse();
    }

    /** Otherwise whoever compares it with what a new connection would get finds a difference that is none. */
    @Test
    void anObserverSeesWhatANewConnectionWouldGet() {
        resolve(ADDRESS);
        directory.update(ADDRESS, new Route.ToEndpoints(List.of(MESHED, UNMESHED)));
        Observation observation = Objects.requireNonNull(directory.observe(ADDRESS, () -> {}));
        directory.unconfirmed();
        later(GRACE);
        assertThat(observation.route()).isEqualTo(IN_MESH);
        observation.close();
    }

    @Test
    void answersAtOnceWhatItKnows() {
        Route route = new Route.Unreachable("no such port");
        directory.update(ADDRESS, route);
        resolve(ADDRESS);
        assertThat(answers).containsExactly(route);
        assertThat(asked).as("so that it stays current").containsExactly(NAME);
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
        directory.update(ADDRESS, new Route.NotInMesh());
        channel.runPendingTasks();
        assertThat(answers).as("each is called back once").hasSize(1);
    }

    @Test
    void givesEachWaitItsFullTime() {
        resolve(ADDRESS);
        channel.advanceTimeBy(2, TimeUnit.SECONDS);
        directory.update(ADDRESS, new Route.NotInMesh());
        channel.runPendingTasks();
        directory.remove(ADDRESS);
        resolve(ADDRESS);
        channel.advanceTimeBy(Directory.MAX_WAIT.toMillis() - 1, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
        assertThat(answers).as("not ended by the first one's timer").hasSize(1);
        channel.advanceTimeBy(1, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
        assertThat(answers).hasSize(2);
    }

    @Test
    void keepsNoTimerForWhatWasAnswered() {
        resolve(ADDRESS);
        directory.update(ADDRESS, new Route.NotInMesh());
        channel.runPendingTasks();
        assertThat(answers).hasSize(1);
        assertThat(channel.runScheduledPendingTasks()).as("the next timer").isEqualTo(-1);
    }

    @Test
    void asksAgainForWhatTheControlPlaneTookBack() {
        resolve(ADDRESS);
        directory.update(ADDRESS, new Route.NotInMesh());
        directory.remove(ADDRESS);
        resolve(ADDRESS);
        assertThat(asked).containsExactly(NAME, NAME);
    }

    @Test
    void forgetsTheOneLongestUnusedBeyondItsLimit() {
        for (int i = 0; i < Directory.MAX_DESTINATIONS; i++) {
            now++;
            resolve(HostPort.literal("10.1." + (i >> 8) + "." + (i & 255) + ":80"));
        }
        now++;
        resolve(HostPort.literal("10.1.0.0:80")); // used again, so it stays
        resolve(ADDRESS);
        assertThat(given).containsExactly("destination/10.1.0.1:80");
        assertThat(directory.size()).isEqualTo(Directory.MAX_DESTINATIONS);
    }

    @Test
    void whatLeadsToPlaintextIsGoodForTheGraceTimeAfterTheStreamThatToldIt() {
        directory.update(ADDRESS, OUTSIDE);
        later(Duration.ofDays(1));
        directory.unconfirmed();
        later(GRACE.minusNanos(1));
        assertThat(directory.standing(ADDRESS)).isEqualTo(Standing.OUTSIDE);
        resolve(ADDRESS);
        assertThat(answers).containsExactly(OUTSIDE);
        later(Duration.ofNanos(1));
        assertThat(directory.standing(ADDRESS)).isEqualTo(Standing.TOO_OLD);
        resolve(ADDRESS);
        assertThat(answers).as("waits for the control plane").hasSize(1);
        directory.update(ADDRESS, OUTSIDE);
        channel.runPendingTasks();
        assertThat(answers).containsExactly(OUTSIDE, OUTSIDE);
        assertThat(directory.standing(ADDRESS)).isEqualTo(Standing.OUTSIDE);
    }

    /** Else whoever lets a stream open now and then, and cuts it off before it tells anything, would renew it for ever. */
    @Test
    void aStreamThatTellsNothingDoesNotMakeAnAnswerGoodForLonger() {
        directory.update(ADDRESS, OUTSIDE);
        for (int i = 0; i < 10; i++) {
            directory.unconfirmed();
            later(GRACE.dividedBy(10));
        }
        assertThat(directory.standing(ADDRESS)).isEqualTo(Standing.TOO_OLD);
    }

    @Test
    void whatNeedsAnIdentityIsGoodForEver() {
        Route mixed = new Route.ToEndpoints(List.of(MESHED, UNMESHED));
        Route nowhere = new Route.Unreachable("no such port");
        directory.update(ADDRESS, mixed);
        directory.update(HostPort.literal("10.96.0.2:80"), nowhere);
        directory.unconfirmed();
        later(Duration.ofDays(1));
        resolve(ADDRESS);
        resolve(HostPort.literal("10.96.0.2:80"));
        assertThat(answers).containsExactly(new Route.ToEndpoints(List.of(MESHED)), nowhere);
    }

    @Test
    void tellsConnectionsInPlaintextOfEachChangeAndOfTheEndOfTheGraceTime() {
        directory.update(ADDRESS, OUTSIDE);
        Directory.Watcher watcher = watch(ADDRESS);
        directory.update(ADDRESS, OUTSIDE);
        directory.unconfirmed();
        directory.look();
        assertThat(told).isEmpty();
        directory.update(ADDRESS, new Route.ToEndpoints(List.of(MESHED)));
        assertThat(told).hasSize(1);
        assertThat(directory.standing(ADDRESS)).isEqualTo(Standing.IN_MESH);
        directory.unconfirmed();
        later(GRACE);
        directory.look();
        assertThat(told).hasSize(2);
        directory.unwatch(ADDRESS, watcher);
        directory.look();
        assertThat(told).hasSize(2);
    }

    @Test
    void asksAboutTheAddressOfAnEndpointThatAConnectionStandsOn() {
        watch(UNMESHED.address());
        assertThat(asked).containsExactly("destination/10.1.0.2:80");
        assertThat(directory.standing(UNMESHED.address())).isEqualTo(Standing.UNKNOWN);
        later(GRACE);
        assertThat(directory.standing(UNMESHED.address())).isEqualTo(Standing.TOO_OLD);
        directory.update(HostPort.literal("10.1.0.2:80"), new Route.ToEndpoints(List.of(UNMESHED)));
        assertThat(directory.standing(UNMESHED.address())).isEqualTo(Standing.OUTSIDE);
        directory.remove(HostPort.literal("10.1.0.2:80"));
        assertThat(asked).as("asks again at once").hasSize(2);
        assertThat(directory.standing(UNMESHED.address())).isEqualTo(Standing.UNKNOWN);
    }

    @Test
    void neverForgetsWhatAConnectionStandsOnAndTakesNoMoreWhenThatIsAll() {
        for (int i = 0; i < Directory.MAX_DESTINATIONS; i++) {
            watch(HostPort.literal("10.1." + (i >> 8) + "." + (i & 255) + ":80"));
        }
        resolve(ADDRESS);
        assertThat(answers).hasSize(1).containsOnlyNulls();
        assertThat(directory.watch(ADDRESS, () -> {})).isFalse();
        assertThat(given).isEmpty();
        assertThat(directory.size()).isEqualTo(Directory.MAX_DESTINATIONS);
    }

    @Test
    void theTimeThatTheMachineSleptCountsButForAMomentToAskAgain() {
        directory.update(ADDRESS, OUTSIDE);
        directory.slept(Duration.ofHours(8));
        assertThat(directory.unconfirmedCount()).isEqualTo(1);
        later(Directory.MAX_WAIT.minusNanos(1));
        assertThat(directory.standing(ADDRESS)).isEqualTo(Standing.OUTSIDE);
        later(Duration.ofNanos(1));
        assertThat(directory.standing(ADDRESS)).isEqualTo(Standing.TOO_OLD);
        directory.update(ADDRESS, OUTSIDE);
        assertThat(directory.unconfirmedCount()).isZero();
        directory.slept(Duration.ofMinutes(1));
        later(GRACE.minusMinutes(1));
        assertThat(directory.standing(ADDRESS)).isEqualTo(Standing.TOO_OLD);
    }

    private Directory.Watcher watch(InetSocketAddress address) {
        Directory.Watcher watcher = () -> told.add(address);
        assertThat(directory.watch(address, watcher)).isTrue();
        return watcher;
    }

    private void later(Duration by) {
        now += by.toNanos();
    }
}
