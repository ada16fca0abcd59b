package dev.weft.control.certify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.contracts.FaultyStore;
import dev.weft.contracts.MemoryStore;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.trust.SerialNumber;
import dev.weft.mesh.state.Entry;
import dev.weft.mesh.state.StateException;
import dev.weft.mesh.state.Store;
import dev.weft.testing.SettableClock;
import dev.weft.testing.Waiting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What came of a certificate, where several control planes issue. */
final class StoredDescentsTest {

    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
    private static final Instant END = NOW.plus(Duration.ofHours(1));
    private static final SpiffeId WEB = SpiffeId.parse("spiffe://test.example/ns/shop/sa/web");

    private final MemoryStore store = new MemoryStore();
    private final SettableClock clock = new SettableClock(NOW);
    private final AtomicInteger writes = new AtomicInteger();
    /** Each look at it is two seconds later, so that no write waits. */
    private final AtomicLong nanos = new AtomicLong();

    private Descents open() throws IOException {
        return new Descents(
                new StoredDescents(store, clock, () -> nanos.addAndGet(2 * StoredDescents.PACE_NANOS)), clock);
    }

    @Test
    void eachControlPlaneKnowsWhatTheOthersIssued() throws Exception {
        try (Descents one = open();
                Descents other = open()) {
            issue(one, 2, 1);
            Waiting.until(() -> other.size() == 1);
            issue(other, 3, 2);
            Waiting.until(() -> one.size() == 2);
            issue(one, 4, 3);
            assertThat(one.revoke(serials(1))).isEqualTo(serials(1, 2, 3, 4));
        }
        try (Descents restarted = open()) {
            assertThat(restarted.revoke(serials(2))).isEqualTo(serials(2, 3, 4));
        }
    }

    @Test
    void saysWhenAnotherIssuedByARevokedCertificate() throws Exception {
        try (Descents one = open();
                Descents other = open()) {
            AtomicInteger more = new AtomicInteger();
            one.onMoreRevoked(more::incrementAndGet);
            one.revoke(serials(1));
            issue(other, 7, 6);
            issue(other, 2, 1);
            Waiting.until(() -> one.size() == 2);
            Waiting.until(() -> more.get() == 1);
            assertThat(one.revoke(serials(1))).isEqualTo(serials(1, 2));
            assertThat(RecordedDescents.issued(one, WEB, number(3), number(2), END))
                    .contains(Refusal.REVOKED);
        }
    }

    @Test
    void thoseThatWaitShareAWriteAndNoMoreThanOneIsWrittenInASecond() throws Exception {
        try (Descents descents = new Descents(store, clock);
                Entry.Watch _ = store.follow(DescentSegments.FOLDER, _ -> writes.incrementAndGet());
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            issue(descents, 2, 1);
            List<Future<?>> all = new ArrayList<>();
            for (int i = 3; i < 103; i++) {
                int serialNumber = i;
                all.add(threads.submit(() -> issue(descents, serialNumber, 2)));
            }
            for (Future<?> each : all) {
                each.get();
            }
            assertThat(writes).as("the first, and one or two for the others").hasValueBetween(2, 3);
        }
        try (Descents restarted = open()) {
            assertThat(restarted.size()).isEqualTo(101);
        }
    }

    @Test
    void goesOnInAnotherSegmentWhenOneIsFull() throws Exception {
        try (Descents descents = open()) {
            long mark = 0;
            for (int i = 0; i < DescentSegments.MOST_LINES + 10; i++) {
                mark = descents.record(WEB, number(100 + i), number(99 + i), END, Descents.MAX_OF_AN_IDENTITY);
            }
            descents.awaitStored(mark);
            assertThat(store.names(DescentSegments.FOLDER)).hasSize(2);
        }
        try (Descents restarted = open()) {
            assertThat(restarted.revoke(serials(99))).hasSize(DescentSegments.MOST_LINES + 11);
        }
    }

    @Test
    void gathersWhatIsSmallAndLosesNothing() throws Exception {
        for (int i = 0; i < 4; i++) {
            try (Descents descents = open()) {
                issue(descents, 10 + i, 9 + i);
            }
        }
        assertThat(store.names(DescentSegments.FOLDER)).hasSize(4);
        clock.set(NOW.plus(Duration.ofMinutes(5)));
        try (Descents descents = open()) {
            clock.set(NOW.plus(Duration.ofMinutes(30)));
            for (int i = 0; i < 6; i++) {
                descents.prune(true);
                clock.set(clock.instant().plus(Duration.ofMinutes(11)));
            }
            Waiting.until(() -> descents.revoke(serials(9)).size() == 5);
        }
        assertThat(store.names(DescentSegments.FOLDER)).hasSize(1);
        try (Descents restarted = open()) {
            assertThat(restarted.revoke(serials(9))).isEqualTo(serials(9, 10, 11, 12, 13));
        }
    }

    @Test
    void gatheringTheSegmentsOfOthersThatStillWriteLosesNothing() throws Exception {
        try (Descents leader = open();
                Descents one = open();
                Descents other = open()) {
            issue(one, 2, 1);
            issue(other, 3, 1);
            Waiting.until(() -> leader.size() == 2 && one.size() == 2 && other.size() == 2);
            clock.set(NOW.plus(Duration.ofMinutes(11)));
            leader.prune(true);
            Waiting.until(() -> store.names(DescentSegments.FOLDER).size() == 1);
            // What was gathered is known to each, before and after each of them writes again.
            issue(one, 4, 2);
            issue(other, 5, 3);
            for (Descents each : List.of(leader, one, other)) {
                Waiting.until(() -> each.revoke(serials(1)).equals(serials(1, 2, 3, 4, 5)));
            }
        }
    }

    @Test
    void aSegmentThatSomebodyTookIsWrittenElsewhere() throws Exception {
        try (Descents descents = open()) {
            issue(descents, 2, 1);
            store.entry(store.names(DescentSegments.FOLDER).getFirst(), Store.EntryOptions.secret(512 * 1024))
                    .discard();
            issue(descents, 3, 2);
        }
        try (Descents restarted = open()) {
            assertThat(restarted.revoke(serials(1))).isEqualTo(serials(1, 2, 3));
        }
    }

    @Test
    void forgetsAWeekAfterTheEnd() throws Exception {
        try (Descents descents = open()) {
            issue(descents, 2, 1);
        }
        clock.set(END.plus(Descents.KEPT).plusSeconds(1));
        try (Descents descents = open()) {
            descents.prune(true);
            assertThat(descents.size()).isZero();
        }
        assertThat(store.names(DescentSegments.FOLDER)).isEmpty();
    }

    @Test
    void whatCannotBeWrittenIsNotHandedOut() throws Exception {
        try (Descents descents = openAway(new AtomicBoolean(true))) {
            assertThatThrownBy(() -> RecordedDescents.issued(descents, WEB, number(2), number(1), END))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("away");
        }
    }

    private Descents openAway(AtomicBoolean away) throws IOException {
        Store faulty = new FaultyStore(store, operation -> {
            if (operation == FaultyStore.Operation.WRITE && away.get()) {
                throw new IOException("the API server is away");
            }
        });
        return new Descents(new StoredDescents(faulty, clock, () -> nanos.addAndGet(StoredDescents.PACE_NANOS)), clock);
    }

    @Test
    void aFailedWriteIsNotTakenForALaterOneThatSucceeds() throws Exception {
        AtomicBoolean away = new AtomicBoolean(true);
        try (Descents descents = openAway(away)) {
            long writer = descents.record(WEB, number(2), number(1), END, 10);
            long waiting = descents.record(WEB, number(3), number(1), END, 10);
            assertThatThrownBy(() -> descents.awaitStored(writer)).hasMessageContaining("away");

            away.set(false);
            issue(descents, 4, 1);

            assertThatThrownBy(() -> descents.awaitStored(writer)).hasMessageContaining("away");
            assertThatThrownBy(() -> descents.awaitStored(waiting)).hasMessageContaining("away");
        }
        try (Descents restarted = open()) {
            assertThat(restarted.revoke(serials(1))).isEqualTo(serials(1, 4));
        }
    }

    @Test
    void whatWasStoredIsHandedOutAlthoughAnotherWriteHasFailedSince() throws Exception {
        AtomicBoolean away = new AtomicBoolean();
        try (Descents descents = openAway(away)) {
            long first = descents.record(WEB, number(2), number(1), END, 10);
            long second = descents.record(WEB, number(3), number(1), END, 10);
            descents.awaitStored(second);

            away.set(true);
            long third = descents.record(WEB, number(4), number(1), END, 10);
            assertThatThrownBy(() -> descents.awaitStored(third)).hasMessageContaining("away");

            descents.awaitStored(first);
            assertThat(descents.size()).isEqualTo(2);
        }
    }

    @Test
    void aDamagedSegmentIsNotTakenForAShorterOne() throws Exception {
        try (Descents descents = open()) {
            issue(descents, 2, 1);
        }
        Entry entry =
                store.entry(store.names(DescentSegments.FOLDER).getFirst(), Store.EntryOptions.secret(512 * 1024));
        Entry.Versioned read = entry.read().orElseThrow();
        entry.compareAndSet(read.version(), read.value().replaceFirst("2 1", "2 7"));
        assertThatThrownBy(this::open).isInstanceOf(StateException.class).hasMessageContaining("WEFT-C093");
    }

    private static void issue(Descents descents, int serialNumber, int by) {
        assertThat(RecordedDescents.issued(descents, WEB, number(serialNumber), number(by), END))
                .isEmpty();
    }

    private static BigInteger number(int value) {
        return BigInteger.valueOf(value);
    }

    private static Set<SerialNumber> serials(int... values) {
        return IntStream.of(values)
                .mapToObj(value -> new SerialNumber(number(value)))
                .collect(Collectors.toSet());
    }
}
