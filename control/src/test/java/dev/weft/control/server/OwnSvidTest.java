package dev.weft.control.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.control.state.ControlState;
import dev.weft.identity.issue.Issuer;
import dev.weft.identity.issue.TrustAnchors;
import dev.weft.identity.verify.SvidVerifier;
import dev.weft.identity.verify.Verification;
import dev.weft.testing.SettableClock;
import dev.weft.testing.Waiting;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OwnSvidTest {

    @TempDir
    Path directory;

    /** Its certificate stayed "not valid yet" until half of its life, and everyone refused the control plane. */
    @Test
    void takesAnotherCertificateWhenTheClockIsSetRight() throws Exception {
        ControlState.initialise(directory, TestPlane.DOMAIN, Clock.systemUTC());
        Instant now = Instant.now();
        SettableClock clock = new SettableClock(now.plus(Duration.ofHours(3)));
        try (TestPlane plane = TestPlane.start(directory, clock)) {
            assertThat(SvidVerifier.verify(plane.server.svid(), plane.trust.bundles(), now))
                    .isInstanceOf(Verification.Rejected.class);

            clock.set(now);
            plane.server.renewIfDue();

            assertThat(SvidVerifier.verify(plane.server.svid(), plane.trust.bundles(), now))
                    .isInstanceOf(Verification.Verified.class);
            assertThat(plane.server.svidRenewAt()).isBefore(now.plus(Duration.ofHours(1)));
            var taken = plane.server.svid();
            plane.server.renewIfDue();
            assertThat(plane.server.svid()).as("once").isEqualTo(taken);
        }
    }

    /** Its certificate would be one of an issuer that a rotation is about to retire. */
    @Test
    void aSlowerThreadDoesNotPutTheFormerIssuersCertificateInThePlaceOfTheNewOnes() throws Exception {
        Instant now = Instant.now();
        AtomicReference<Issuer> present = new AtomicReference<>(issuer(now));
        Issuer next = issuer(now);
        OwnSvid svid = new OwnSvid(ControlServer.identity(TestPlane.DOMAIN), Duration.ofHours(1));
        Thread faster = Thread.ofPlatform().unstarted(() -> svid.renew(() -> Optional.of(present.get()), true, now));
        svid.renew(
                () -> {
                    Issuer former = present.get();
                    present.set(next);
                    faster.start();
                    Waiting.until(() -> Set.of(Thread.State.BLOCKED, Thread.State.TERMINATED)
                            .contains(faster.getState()));
                    return Optional.of(former);
                },
                true,
                now);
        faster.join();
        assertThat(svid.shown().chain()).contains(next.chain().getFirst());
    }

    private static Issuer issuer(Instant now) {
        return Issuer.createUnder(
                TrustAnchors.create("Anchor", Duration.ofDays(1), Clock.systemUTC()),
                TestPlane.DOMAIN,
                Duration.ofHours(3),
                now);
    }
}
