package dev.weft.control.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.control.state.ControlState;
import dev.weft.identity.verify.SvidVerifier;
import dev.weft.identity.verify.Verification;
import dev.weft.testing.SettableClock;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
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
}
