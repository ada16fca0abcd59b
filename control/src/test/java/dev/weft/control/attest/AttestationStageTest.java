package dev.weft.control.attest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.control.attest.Attestation.Reason;
import dev.weft.control.attest.AttestationStage.Limits;
import dev.weft.daemon.metrics.Metrics;
import dev.weft.testing.Waiting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How many ask the platform at once, who waits, who is sent away, and that no place is lost. */
@Timeout(60)
final class AttestationStageTest {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Proof.WorkloadToken TOKEN = new Proof.WorkloadToken("token");
    private static final WorkloadClaims WEB = new WorkloadClaims("shop", "web", "web-1", "uid-1", Optional.empty());

    /** A platform that answers when it is let to. */
    private static final class Slow implements WorkloadAttestor {
        final Semaphore answers = new Semaphore(0);
        final AtomicInteger asked = new AtomicInteger();

        @Override
        public Attestation attest(String token) throws InterruptedException {
            asked.incrementAndGet();
            answers.acquire();
            return new Attestation.Verified(WEB);
        }
    }

    private static final class Caller implements CallerDeparture {
        private final CompletableFuture<Boolean> gone = new CompletableFuture<>();

        void leave() {
            gone.complete(true);
        }

        @Override
        public boolean isGone() {
            return gone.isDone();
        }

        @Override
        public void onGone(Runnable action) {
            CompletableFuture<Void> _ = gone.thenRun(action);
        }
    }

    private final Slow slow = new Slow();
    private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();

    @AfterEach
    void stop() {
        callers.shutdownNow();
    }

    private static AttestationStage stage(WorkloadAttestor platform, Limits limits) {
        return new AttestationStage(Optional.of(platform), limits, new Metrics());
    }

    private List<Future<Attestation>> ask(AttestationStage stage, int count, String address) {
        List<Future<Attestation>> asked = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            asked.add(callers.submit(() -> stage.attest(TOKEN, address, CallerDeparture.NEVER)));
        }
        return asked;
    }

    private static Reason reason(Attestation attestation) {
        return ((Attestation.Refused) attestation).reason();
    }

    @Test
    void asksSoManyAtOnceHasTheOthersWaitAndSendsTheRestAway() throws Exception {
        AttestationStage stage = stage(slow, new Limits(2, 3, 10, LONG));
        List<Future<Attestation>> asked = ask(stage, 5, "192.0.2.1");
        Waiting.until(() -> stage.places() == 5 && slow.asked.get() == 2);
        assertThat(stage.attest(TOKEN, "192.0.2.2", CallerDeparture.NEVER))
                .isEqualTo(Attestation.later(
                        AttestationStage.RETRY_PLACE, "too many workload tokens are being checked; try again later"));
        assertThat(slow.asked).hasValue(2);
        slow.answers.release(5);
        for (Future<Attestation> answer : asked) {
            assertThat(answer.get(30, TimeUnit.SECONDS)).isEqualTo(new Attestation.Verified(WEB));
        }
        Waiting.until(() -> stage.places() == 0);
    }

    @Test
    void leavesPlacesToOtherAddresses() throws Exception {
        AttestationStage stage = stage(slow, new Limits(10, 10, 2, LONG));
        List<Future<Attestation>> one = ask(stage, 2, "192.0.2.1");
        Waiting.until(() -> slow.asked.get() == 2);
        assertThat(reason(stage.attest(TOKEN, "192.0.2.1", CallerDeparture.NEVER)))
                .isEqualTo(Reason.LATER);
        List<Future<Attestation>> other = ask(stage, 1, "192.0.2.2");
        Waiting.until(() -> slow.asked.get() == 3);
        slow.answers.release(4);
        assertThat(one.getFirst().get(30, TimeUnit.SECONDS)).isInstanceOf(Attestation.Verified.class);
        assertThat(other.getFirst().get(30, TimeUnit.SECONDS)).isInstanceOf(Attestation.Verified.class);
        Waiting.until(() -> stage.places() == 0);
        assertThat(stage.attest(TOKEN, "192.0.2.1", CallerDeparture.NEVER)).isInstanceOf(Attestation.Verified.class);
    }

    @Test
    void aSlash64OfIpv6HasThePlacesOfOneAddress() throws Exception {
        AttestationStage stage = stage(slow, new Limits(10, 10, 2, LONG));
        List<Future<Attestation>> one = ask(stage, 1, "2001:db8::1");
        one.addAll(ask(stage, 1, "2001:db8::2"));
        Waiting.until(() -> slow.asked.get() == 2);
        assertThat(reason(stage.attest(TOKEN, "2001:db8::3", CallerDeparture.NEVER)))
                .isEqualTo(Reason.LATER);
        List<Future<Attestation>> other = ask(stage, 1, "2001:db8:0:1::1");
        Waiting.until(() -> slow.asked.get() == 3);
        slow.answers.release(3);
        for (Future<Attestation> answer : List.of(one.getFirst(), one.getLast(), other.getFirst())) {
            assertThat(answer.get(30, TimeUnit.SECONDS)).isInstanceOf(Attestation.Verified.class);
        }
        Waiting.until(() -> stage.places() == 0);
    }

    @Test
    void waitsNoLongerThanItMayAndGivesThePlaceBack() throws Exception {
        AttestationStage stage = stage(slow, new Limits(1, 5, 10, Duration.ofMillis(100)));
        for (Future<Attestation> answer : ask(stage, 4, "192.0.2.1")) {
            assertThat(answer.get(30, TimeUnit.SECONDS)).isInstanceOfSatisfying(Attestation.Refused.class, refused -> {
                assertThat(refused.reason()).isEqualTo(Reason.LATER);
                assertThat(refused.retryAfter()).contains(AttestationStage.RETRY_PLATFORM);
            });
        }
        Waiting.until(() -> stage.places() == 0);
    }

    @Test
    void whoGoesAwayFreesItsPlaceUnderWayAndInLine() throws Exception {
        AttestationStage stage = stage(slow, new Limits(1, 5, 10, LONG));
        Caller first = new Caller();
        Caller second = new Caller();
        Future<Attestation> underWay = callers.submit(() -> stage.attest(TOKEN, "192.0.2.1", first));
        Waiting.until(() -> slow.asked.get() == 1);
        Future<Attestation> inLine = callers.submit(() -> stage.attest(TOKEN, "192.0.2.1", second));
        Waiting.until(() -> stage.places() == 2);
        second.leave();
        assertThat(reason(inLine.get(30, TimeUnit.SECONDS))).isEqualTo(Reason.CALLER_GONE);
        Waiting.until(() -> stage.places() == 1);
        first.leave();
        assertThat(reason(underWay.get(30, TimeUnit.SECONDS))).isEqualTo(Reason.CALLER_GONE);
        Waiting.until(() -> stage.places() == 0);
        assertThat(slow.asked).hasValue(1);
    }

    /** Work that cannot be cut short has its place until it ends: there is never more of it than may be under way. */
    @Test
    void startsNoMoreThanMayBeUnderWayWhileThePlatformIsDeafToInterrupts() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        AtomicInteger asked = new AtomicInteger();
        AttestationStage stage = stage(
                _ -> {
                    asked.incrementAndGet();
                    boolean ended = false;
                    while (!ended) {
                        try {
                            end.await();
                            ended = true;
                        } catch (InterruptedException _) {
                            // Deaf.
                        }
                    }
                    return new Attestation.Verified(WEB);
                },
                new Limits(1, 1, 10, Duration.ofMillis(50)));
        assertThat(reason(stage.attest(TOKEN, "192.0.2.1", CallerDeparture.NEVER)))
                .isEqualTo(Reason.LATER);
        assertThat(reason(stage.attest(TOKEN, "192.0.2.1", CallerDeparture.NEVER)))
                .isEqualTo(Reason.LATER);
        Waiting.until(() -> stage.places() == 1);
        assertThat(asked).hasValue(1);
        end.countDown();
        Waiting.until(() -> stage.places() == 0);
        assertThat(stage.attest(TOKEN, "192.0.2.1", CallerDeparture.NEVER)).isInstanceOf(Attestation.Verified.class);
    }

    @Test
    void aDefectOfThePlatformsReaderCostsNoPlace() {
        AttestationStage stage = stage(
                _ -> {
                    throw new IllegalStateException("a defect");
                },
                new Limits(1, 1, 1, LONG));
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> stage.attest(TOKEN, "192.0.2.1", CallerDeparture.NEVER))
                    .hasRootCauseMessage("a defect");
            Waiting.until(() -> stage.places() == 0);
        }
    }

    @Test
    void asksNobodyAboutATokenThatIsTooLongOrWhereThereIsNoPlatform() {
        AttestationStage stage = stage(slow, AttestationStage.STANDARD);
        Proof.WorkloadToken large = new Proof.WorkloadToken("x".repeat(AttestationStage.MAX_TOKEN + 1));
        assertThat(reason(stage.attest(large, "192.0.2.1", CallerDeparture.NEVER)))
                .isEqualTo(Reason.NOT_AUTHENTICATED);
        assertThat(slow.asked).hasValue(0);
        assertThat(reason(AttestationStage.none(new Metrics()).attest(TOKEN, "192.0.2.1", CallerDeparture.NEVER)))
                .isEqualTo(Reason.NO_PLATFORM);
    }

    @ParameterizedTest
    @CsvSource({"0, 1, 1, 1", "1, -1, 1, 1", "1, 1, 0, 1", "1, 1, 1, 0"})
    void refusesLimitsThatNobodyCouldBeServedWithin(int underWay, int waiting, int perCaller, int seconds) {
        assertThatThrownBy(() -> new Limits(underWay, waiting, perCaller, Duration.ofSeconds(seconds)))
                .hasMessageContaining("limits of attestation");
    }

    @ParameterizedTest
    @CsvSource({
        "shop/x, web, web-1, uid",
        "shop, Web, web-1, uid",
        "shop, web, ../web-1, uid",
        "shop, web, web-1, ''",
        "shop, '', web-1, uid"
    })
    void refusesClaimsThatNameWhatCannotBe(String namespace, String account, String pod, String uid) {
        assertThatThrownBy(() -> new WorkloadClaims(namespace, account, pod, uid, Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected: ");
    }

    @Test
    void noTokenShowsInText() {
        assertThat(new Proof.WorkloadToken("secret").toString()).doesNotContain("secret");
        assertThat(new Proof.JoinToken("secret").toString()).doesNotContain("secret");
    }
}
