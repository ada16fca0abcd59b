package dev.weft.bench.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A small mesh of the kind that {@code make bench ARGS="--registry"} measures: those who are concerned hear, and no others. */
@Timeout(120)
final class RegistryTest {
    @Test
    void sidecarsHearOfWhatConcernsThemAlone(@TempDir Path folder) throws Exception {
        MeshSize size = new MeshSize(200, 0);
        SyntheticMesh mesh = new SyntheticMesh(size);
        try (ControlUnderChange control = new ControlUnderChange(folder, mesh::objects)) {
            RegistryFigure figure =
                    new RegistryRun(control, mesh, size, new RegistryRun.Effort(20, Duration.ofSeconds(2))).measure();

            assertThat(figure.unconcerned()).isZero();
            assertThat(figure.toldStreams()).isBetween(10.0, 200.0);
            assertThat(figure.largeOctets()).as("of 5,000 endpoints").isLessThan(1_000);
        }
    }
}
