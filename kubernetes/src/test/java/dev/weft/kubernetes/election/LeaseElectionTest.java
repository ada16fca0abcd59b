package dev.weft.kubernetes.election;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.kubernetes.mock.MockApi;
import dev.weft.kubernetes.state.KubernetesStore;
import dev.weft.mesh.state.StateException;
import dev.weft.mesh.state.Store;
import dev.weft.mesh.state.TypedEntry;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Who leads, by clocks that the test sets, and what a former leader can still write. */
@ExtendWith(MockApi.class)
final class LeaseElectionTest {

    private static final String NAMESPACE = "weft-system";
    private static final Store.EntryOptions OPTIONS = Store.EntryOptions.secret(64);

    @SuppressWarnings("NullAway.Init") // the extension sets it
    private KubernetesClient client;

    @SuppressWarnings("NullAway.Init")
    private KubernetesStore store;

    private final AtomicLong now = new AtomicLong(1);

    @BeforeEach
    void open() {
        store = new KubernetesStore(client, NAMESPACE);
    }

    private LeaseElection replica(String pod, AtomicLong nanos) {
        return new LeaseElection(client, NAMESPACE, pod, store, nanos::get, Clock.systemUTC());
    }

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
    }

    private TypedEntry<Integer> cell(LeaseElection of, String name) {
        return new TypedEntry<>(
                new KubernetesStore(client, NAMESPACE).leading(of::term).entry(name, OPTIONS),
                text -> Integer.parseInt(text.strip()),
                number -> number + "\n");
    }

    @Test
    void oneOfTwoLeadsUntilItsLeaseEnds() {
        LeaseElection one = replica("one", now);
        LeaseElection other = replica("other", now);
        one.look();
        other.look();
        assertThat(one.leads()).isTrue();
        assertThat(other.leads()).isFalse();
        assertThat(other.leader()).contains("one");
        for (int i = 0; i < 20; i++) {
            pass(LeaseElection.RETRY_PERIOD);
            one.look();
            other.look();
        }
        assertThat(one.leads()).as("renewed all the time").isTrue();

        pass(LeaseElection.RENEW_DEADLINE);
        assertThat(one.leads()).as("could not renew").isFalse();
        other.look();
        assertThat(other.leads()).as("before the lease's end").isFalse();
        pass(LeaseElection.LEASE_DURATION.minus(LeaseElection.RENEW_DEADLINE));
        other.look();
        assertThat(other.leads()).isTrue();
        one.look();
        assertThat(one.leads()).isFalse();
        assertThat(one.leader()).contains("other");
    }

    @Test
    void allHearThatItLeadsAlthoughOneOfThemFails() {
        LeaseElection one = replica("one", now);
        AtomicLong heard = new AtomicLong();
        one.onChange(() -> {
            throw new IllegalStateException("the test's");
        });
        one.onChange(heard::incrementAndGet);
        one.look();
        assertThat(one.leads()).isTrue();
        assertThat(heard).hasValue(1);
    }

    @Test
    void anotherLeadsAtOnceWhenTheLeaderEnds() {
        LeaseElection one = replica("one", now);
        LeaseElection other = replica("other", now);
        one.look();
        other.look();
        one.close();
        assertThat(one.leads()).isFalse();
        pass(LeaseElection.RETRY_PERIOD);
        other.look();
        assertThat(other.leads()).isTrue();
        assertThat(other.term()).isEqualTo(2);
    }

    /** The leader renews it while the answer is on its way. */
    @Test
    void aLeaseCountsFromWhenItsAnswerHasArrived() {
        LeaseElection one = replica("one", now);
        one.look();
        AtomicLong slow =
                new AtomicLong(LeaseElection.LEASE_DURATION.minusSeconds(1).toNanos());
        LeaseElection other = new LeaseElection(
                client, NAMESPACE, "other", store, () -> now.getAndAdd(slow.get()), Clock.systemUTC());
        other.look();
        slow.set(0);
        now.set(LeaseElection.LEASE_DURATION.plusSeconds(1).toNanos());
        other.look();
        assertThat(other.leads()).isFalse();
        assertThat(other.leader()).contains("one");
    }

    /** Its thread waits for an answer of the API server longer than the end waits for the thread. */
    @Test
    void doesNotBeginToLeadAfterItsEnd() {
        AtomicReference<LeaseElection> ending = new AtomicReference<>();
        LeaseElection one = new LeaseElection(
                client,
                NAMESPACE,
                "one",
                new Fence() {
                    @Override
                    public long highestTerm() {
                        return 0;
                    }

                    @Override
                    public void raise(long term) {
                        ending.get().close();
                    }
                },
                now::get,
                Clock.systemUTC());
        ending.set(one);
        one.look();
        assertThat(one.leads()).isFalse();
        assertThat(one.leader()).isEmpty();
        LeaseElection other = replica("other", now);
        other.look();
        assertThat(other.leads()).as("the Lease was released").isTrue();
    }

    @Test
    void aReplicaThatCannotStopFormerLeadersIsNotNamedAsTheLeader() {
        LeaseElection one = new LeaseElection(
                client,
                NAMESPACE,
                "one",
                new Fence() {
                    @Override
                    public long highestTerm() {
                        return 0;
                    }

                    @Override
                    public void raise(long term) throws IOException {
                        throw new IOException("the test's");
                    }
                },
                now::get,
                Clock.systemUTC());
        one.look();
        assertThat(one.leads()).isFalse();
        assertThat(one.leader()).isEmpty();
    }

    @Test
    void aProcessThatStartsAgainInItsPodLeadsInAnotherTerm() {
        LeaseElection one = replica("one", now);
        one.look();
        LeaseElection again = replica("one", now);
        again.look();
        assertThat(again.leads())
                .as("the lease of the process before has not ended")
                .isFalse();
        pass(LeaseElection.LEASE_DURATION);
        again.look();
        assertThat(again.term()).isGreaterThan(1);
    }

    @Test
    void aLeaseThatWasDeletedLowersNoTerm() {
        LeaseElection one = replica("one", now);
        one.look();
        client.leases().inNamespace(NAMESPACE).withName(LeaseElection.NAME).delete();
        LeaseElection other = replica("other", now);
        other.look();
        assertThat(other.term()).isEqualTo(2);
    }

    @Test
    void whoDoesNotLeadWritesNothing() throws Exception {
        LeaseElection one = replica("one", now);
        LeaseElection other = replica("other", now);
        one.look();
        other.look();
        cell(one, "anchors").write(1);
        TypedEntry<Integer> follower = cell(other, "anchors");
        assertThat(follower.read()).contains(1);
        assertThatThrownBy(() -> follower.write(2))
                .isInstanceOf(StateException.class)
                .hasMessageContaining("WEFT-C121")
                .hasMessageContaining("one");
        assertThat(follower.read()).contains(1);
    }

    /** Its clock stands still, as a frozen process sees no time pass: it believes that it leads. */
    @Test
    void aLeaderThatWasFrozenPastItsLeaseWritesNothing() throws Exception {
        AtomicLong frozen = new AtomicLong(now.get());
        LeaseElection former = replica("former", frozen);
        LeaseElection later = replica("later", now);
        former.look();
        later.look();
        TypedEntry<Integer> anchors = cell(former, "anchors");
        TypedEntry<Integer> rotation = cell(former, "rotation.json");
        TypedEntry<Integer> retired = cell(former, "retired.json");
        anchors.write(1);
        rotation.write(1);
        assertThat(retired.read()).isEmpty();

        pass(LeaseElection.LEASE_DURATION);
        later.look();
        assertThat(later.leads()).isTrue();
        assertThat(former.leads()).as("its clock stands still").isTrue();

        assertThatThrownBy(() -> anchors.write(2)).as("on top of what it read").isInstanceOf(StateException.class);
        assertThatThrownBy(() -> retired.write(2))
                .as("what nobody has written yet")
                .isInstanceOf(StateException.class)
                .hasMessageContaining("WEFT-C122");
        assertThat(anchors.read()).contains(1);
        assertThatThrownBy(() -> anchors.write(2))
                .as("on top of what it reads now")
                .isInstanceOf(StateException.class)
                .hasMessageContaining("WEFT-C122");
        assertThatThrownBy(rotation::delete).isInstanceOf(StateException.class);
        TypedEntry<Integer> present = cell(later, "anchors");
        assertThat(present.read()).contains(1);
        present.write(3);
        assertThatThrownBy(() -> cell(former, "anchors").write(2)).isInstanceOf(StateException.class);
        assertThat(present.read()).contains(3);
        cell(later, "retired.json").write(4);
    }

    @Test
    void whatALeaderDeletedIsNotThereAndIsWrittenAgain() throws Exception {
        LeaseElection one = replica("one", now);
        one.look();
        TypedEntry<Integer> cell = cell(one, "former-issuer.json");
        assertThat(cell.read()).isEmpty();
        cell.write(1);
        cell.delete();
        assertThat(cell.read()).isEmpty();
        cell.write(2);
        assertThat(cell.read()).contains(2);
        assertThat(store.entry("former-issuer.json", OPTIONS).read()).isPresent();
    }
}
