package dev.weft.control.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.RevocationOperatorGrpc;
import dev.weft.api.v1.RevocationTarget;
import dev.weft.api.v1.RevokeRequest;
import dev.weft.control.ControlPlane;
import dev.weft.control.TestControlPlanes;
import dev.weft.control.operator.OperatorChannel;
import dev.weft.daemon.files.PrivateFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What one revocation costs where thousands are: in processor time of the whole control plane, as a machine that is busy says
 * little by the clock.
 */
final class RevocationRateTest {

    private static final int PRESENT = 5_000;
    private static final int WARM_UP = 10;
    private static final int MEASURED = 10;
    /** Several times what it takes, and far below what reading all again would. */
    private static final Duration LIMIT = Duration.ofMillis(150);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @Test
    void revokesOneMoreWhereThereAreThousands() throws Exception {
        Path state = directory.resolve("state");
        PrivateFiles.createDirectory(state);
        PrivateFiles.createDirectory(state.resolve("objects"));
        PrivateFiles.replace(
                state.resolve("objects/revocations.yaml"),
                IntStream.range(0, PRESENT).mapToObj(RevocationRateTest::object).collect(Collectors.joining("---\n")),
                PrivateFiles.PRIVATE);
        Path registry = Files.writeString(directory.resolve("mesh.yaml"), "");
        try (ControlPlane plane = TestControlPlanes.start(registry, state, TestPlane.DOMAIN.name(), Clock.systemUTC());
                OperatorChannel channel = OperatorChannel.open(state)) {
            assertThat(plane.port()).isPositive();
            var operator = RevocationOperatorGrpc.newBlockingStub(channel.channel());
            for (int i = 0; i < WARM_UP; i++) {
                revoke(operator, i);
            }
            Duration least = Duration.ofDays(1);
            for (int i = WARM_UP; i < WARM_UP + MEASURED; i++) {
                Duration before = used();
                revoke(operator, i);
                Duration took = used().minus(before);
                least = took.compareTo(least) < 0 ? took : least;
            }
            System.out.printf("one revocation among %d: %.1f ms of processor time%n", PRESENT, least.toNanos() / 1e6);
            // Other threads compile and collect meanwhile, which makes some dearer; reading all again makes each
            // dearer.
            assertThat(least).isLessThan(LIMIT);
        }
    }

    private static void revoke(RevocationOperatorGrpc.RevocationOperatorBlockingStub operator, int number) {
        operator.withDeadlineAfter(60, TimeUnit.SECONDS)
                .revoke(RevokeRequest.newBuilder()
                        .setTarget(
                                RevocationTarget.newBuilder().setSerialNumber(Integer.toHexString(0xabc000 + number)))
                        .build());
    }

    private static Duration used() {
        return ProcessHandle.current().info().totalCpuDuration().orElseThrow();
    }

    private static String object(int i) {
        return """
                apiVersion: weft.dev/v1alpha1
                kind: Revocation
                metadata: {name: certificate-%1$d}
                spec: {certificate: {serialNumber: "%2$s"}}
                """.formatted(i, Integer.toHexString(0x100000 + i));
    }
}
