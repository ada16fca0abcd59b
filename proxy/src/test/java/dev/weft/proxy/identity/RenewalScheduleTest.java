package dev.weft.proxy.identity;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.weft.api.v1.Renewal;
import dev.weft.identity.svid.X509Svid;
import dev.weft.identity.trust.TrustBundles;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the timer of renewals stands at. Time passes only by {@link #pass}, and the clock can be set apart from it. */
class RenewalScheduleTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration LIFE = Duration.ofHours(1);

    private final long seed = System.nanoTime();
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final TestCredentials authority = new TestCredentials("cluster.local", Clock.fixed(NOW, ZoneOffset.UTC));
    private final X509Svid svid =
            authority.issue("web", LIFE, TrustBundles.of(authority.bundle())).svid();
    private Instant now = NOW;
    private int renewed;
    private final RenewalSchedule schedule =
            new RenewalSchedule(channel.eventLoop(), () -> now, new Random(seed), () -> renewed++);

    @BeforeEach
    void freeze() {
        channel.freezeTime();
    }

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
        authority.close();
    }

    @Test
    void renewsOnceAboutHalfway() {
        Instant due = schedule.renewal(svid);
        assertThat(due)
                .as("seed " + seed)
                .isBetween(NOW.plus(Duration.ofMinutes(27)), NOW.plus(Duration.ofMinutes(33)));
        pass(Duration.between(NOW, due).minusMillis(1));
        assertThat(renewed).isZero();
        pass(Duration.ofMillis(1));
        assertThat(renewed).isEqualTo(1);
        pass(LIFE);
        assertThat(renewed).isEqualTo(1);
    }

    @Test
    void triesAgainInsteadOfRenewingInTime() {
        schedule.renewal(svid);
        Instant due = schedule.retry(NOW.plus(LIFE), 1, Optional.empty());
        assertThat(due).as("seed " + seed).isBetween(NOW.plusMillis(200), NOW.plusSeconds(1));
        pass(Duration.between(NOW, due));
        assertThat(renewed).isEqualTo(1);
        pass(LIFE);
        assertThat(renewed).as("what was due before is not").isEqualTo(1);
    }

    @Test
    void triesAgainWithoutACertificate() {
        assertThat(schedule.retry(null, 1, Optional.empty()))
                .as("seed " + seed)
                .isBetween(NOW.plusMillis(200), NOW.plusSeconds(1));
    }

    @Test
    void renewsWithinTheSpreadWhenAnotherIssuerIsWanted() {
        Instant due = schedule.renewal(svid);
        schedule.direct(another(5_000));
        schedule.follow(svid, due);
        pass(Duration.ofSeconds(5));
        assertThat(renewed).isEqualTo(1);
    }

    @Test
    void holdsAControlPlanesSpreadToALeastAndAMost() {
        schedule.direct(another(0));
        assertThat(schedule.renewal(svid)).as("seed " + seed).isBetween(NOW, NOW.plus(RenewalSchedule.LEAST_SPREAD));
        schedule.direct(another(Integer.MAX_VALUE));
        assertThat(schedule.renewal(svid)).as("seed " + seed).isBetween(NOW, NOW.plus(RenewalSchedule.MOST_SPREAD));
    }

    @Test
    void leavesACertificateOfTheIssuerWantedToItsTime() {
        Instant due = schedule.renewal(svid);
        schedule.direct(Optional.of(Renewal.newBuilder()
                .setIssuerKeySha256(ByteString.copyFrom(authority.issuerKey().bytes()))
                .setSpreadMillis(1)
                .build()));
        schedule.follow(svid, due);
        pass(Duration.ofMinutes(26));
        assertThat(renewed).isZero();
    }

    @Test
    void aDirectiveThatIsTakenBackMovesNothing() {
        schedule.direct(another(1));
        schedule.direct(Optional.empty());
        assertThat(schedule.renewal(svid)).as("seed " + seed).isAfter(NOW.plus(Duration.ofMinutes(26)));
    }

    @Test
    void renewsWithinASecondWhenAskedSoon() {
        schedule.renewal(svid);
        schedule.soon();
        pass(Duration.ofSeconds(1));
        assertThat(renewed).isEqualTo(1);
    }

    @Test
    void afterAnOutageWhoeverEndsFirstComesFirst() {
        assertBack(Duration.ofSeconds(-5), Duration.ZERO);
        assertBack(Duration.ofSeconds(20), Duration.ofSeconds(1));
        assertBack(Duration.ofHours(2), RenewalSchedule.MOST_AFTER_OUTAGE);
    }

    private void assertBack(Duration left, Duration within) {
        renewed = 0;
        RenewalHealth health = RenewalHealth.renewed(now.plus(left), now)
                .failed("away", now, schedule.retry(now.plus(LIFE), 20, Optional.of(Duration.ofMinutes(1))));
        schedule.back(health);
        pass(within);
        assertThat(renewed).as("of " + left + ", seed " + seed).isEqualTo(1);
    }

    @Test
    void anOutageMovesNothingThatDidNotFailOrIsSooner() {
        Instant due = schedule.renewal(svid);
        schedule.back(RenewalHealth.renewed(NOW.plusSeconds(20), due));
        pass(Duration.ofMinutes(26));
        assertThat(renewed).isZero();
        Instant soon = schedule.retry(now.plus(LIFE), 1, Optional.empty());
        schedule.back(RenewalHealth.renewed(now.plus(LIFE), soon).failed("away", now, soon));
        pass(Duration.ofSeconds(1));
        assertThat(renewed).isEqualTo(1);
    }

    @Test
    void renewsAtOnceWhenTheClockIsSetBeyondTheTime() {
        Instant due = schedule.renewal(svid);
        now = NOW.plus(Duration.ofMinutes(50));
        schedule.clockJumped(due);
        pass(Duration.ZERO);
        assertThat(renewed).isEqualTo(1);
    }

    @Test
    void keepsToTheTimeThatHasPassedWhenTheClockIsSetBack() {
        Instant due = schedule.renewal(svid);
        now = NOW.minus(Duration.ofDays(1));
        schedule.clockJumped(due);
        pass(Duration.between(NOW, due));
        assertThat(renewed).isEqualTo(1);
    }

    @Test
    void renewsNothingOnceCancelled() {
        Instant due = schedule.renewal(svid);
        schedule.cancel();
        schedule.clockJumped(due.minus(LIFE));
        pass(LIFE);
        assertThat(renewed).isZero();
    }

    private void pass(Duration time) {
        now = now.plus(time);
        channel.advanceTimeBy(time.toNanos(), TimeUnit.NANOSECONDS);
        channel.runScheduledPendingTasks();
    }

    private static Optional<Renewal> another(int spreadMillis) {
        return Optional.of(Renewal.newBuilder()
                .setIssuerKeySha256(ByteString.copyFrom(new byte[32]))
                .setSpreadMillis(spreadMillis)
                .build());
    }
}
