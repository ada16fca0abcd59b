package dev.weft.bench.storm;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A storm of a tenth of the size that {@code make bench ARGS="--storm"} measures, in a reused folder. */
@Timeout(150)
final class StormTest {
    private static final int SIDECARS = 500;

    @Test
    void fiveHundredSidecarsThatStartAtOnceAreAllServed(@TempDir Path folder) throws Exception {
        Files.writeString(
                Files.createDirectories(folder.resolve("control")).resolve("log"),
                "{\"message\": \"serving\", \"port\": 1}\n");

        StormReport report = StormBench.storm(folder, SIDECARS, List.of("127.0.0.1"), Duration.ofSeconds(100));

        assertThat(report.lastSeconds()).isPositive().isLessThanOrEqualTo(report.secondsToStreams());
        assertThat(report.residentPeakMib()).as("MiB").isLessThan(400);
    }
}
