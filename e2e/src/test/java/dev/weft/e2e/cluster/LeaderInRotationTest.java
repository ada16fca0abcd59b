package dev.weft.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weft.e2e.mesh.Eventually;
import dev.weft.e2e.mesh.Shell;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The leader of the control plane is killed, or sleeps past its lease, in the middle of a rotation and under load. */
final class LeaderInRotationTest {

    private static final Duration SOON = Duration.ofSeconds(90);

    @BeforeEach
    void installed() throws Exception {
        Cluster.installed();
    }

    @ParameterizedTest
    @ValueSource(strings = {"publish", "issue", "reissue", "retire"})
    void theRotationEndsAndNoRequestFailsWhereTheLeaderIsKilledAt(String step) throws Exception {
        try (Load load = Load.begin();
                Rotating rotation = Rotating.begin()) {
            String leader = Leader.pod();
            rotation.awaitStep(step);
            Leader.kill(leader);
            rotation.awaitEnd();
            load.goesOn();
            Cluster.awaitControlPlane();
            load.space().idle("late");
            load.space().awaitCall("late", "api");
        }
    }

    @Test
    void aLeaderThatSleptPastItsLeaseChangesNothingWhenItWakes() throws Exception {
        try (Load load = Load.begin();
                Rotating rotation = Rotating.begin()) {
            String sleeper = Leader.pod();
            Optional<Long> process = Leader.process(sleeper);
            assumeTrue(process.isPresent(), "the leader's node is another machine: its process cannot be stopped");
            Shell.run("kill", "-STOP", Long.toString(process.get())).ok();
            try {
                Eventually.within(
                        SOON, () -> assertThat(Leader.pod()).isNotEmpty().isNotEqualTo(sleeper));
            } finally {
                Shell.run("kill", "-CONT", Long.toString(process.get())).ok();
            }
            String next = Leader.pod();
            rotation.awaitEnd();
            Cluster.awaitControlPlane();
            assertThat(Leader.pod()).as("who slept leads no more").isEqualTo(next);
            load.goesOn();
            rotation.awaitEnd();
        }
    }
}
