package dev.weft.local.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.weft.local.state.MeshName;
import dev.weft.local.state.MeshState;
import dev.weft.local.state.PsSnapshot;
import dev.weft.local.state.PsSnapshot.ProcessState;
import dev.weft.local.state.PsSnapshot.ProcessStatus;
import dev.weft.local.state.PsSnapshot.WorkloadStatus;
import dev.weft.local.state.StateFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a mesh says that does not get ready. */
final class StartWatchTest {

    @TempDir
    private Path directory;

    private static UpOptions options(String trustDomain) {
        return new UpOptions(
                Path.of("/f.yaml"),
                MeshName.DEFAULT,
                trustDomain,
                OptionalInt.empty(),
                Duration.ofHours(1),
                true,
                Duration.ofMillis(1),
                Optional.empty(),
                false);
    }

    private static ProcessStatus process(long pid, String lastExit) {
        return new ProcessStatus(
                pid == 0 ? ProcessState.BACKOFF : ProcessState.RUNNING, pid, 0, Instant.EPOCH, lastExit);
    }

    private static WorkloadStatus late(String name, String reason, ProcessStatus app) {
        return new WorkloadStatus(
                "shop",
                name,
                true,
                "spiffe://cluster.local/ns/shop/sa/" + name,
                List.of(),
                false,
                reason,
                process(1, ""),
                Optional.of(process(2, "")),
                Optional.of(app));
    }

    @Test
    void saysWhoWasLateWhyAndWhatThatProgramWroteLast() throws IOException, InterruptedException {
        MeshState state = new MeshState(directory);
        for (String name : List.of("api", "web")) {
            StateFiles.createDirectories(state.workload("shop", name).directory());
        }
        // Its application has ended once, so it was started: what it wrote counts, not its sidecar.
        StateFiles.write(state.workload("shop", "api").appLog(), "cannot open /data\n");
        StateFiles.write(state.workload("shop", "api").sidecarLog(), "not this\n");
        StateFiles.write(
                state.workload("shop", "web").sidecarLog(),
                "{\"time\":\"2026-03-01T12:00:00Z\",\"level\":\"warn\",\"message\":\"away\",\"port\":15012}\n");
        StateFiles.writeJson(
                state.ps(),
                new PsSnapshot(
                        Instant.EPOCH,
                        PsSnapshot.Phase.STARTING,
                        Optional.empty(),
                        List.of(
                                late("api", "its application does not run", process(0, "exit status 3")),
                                late("web", "its sidecar is not ready", process(0, ""))),
                        List.of(),
                        List.of()));
        Process keeper = new ProcessBuilder("sleep", "60").start();
        try {
            MeshStartException e = catchThrowableOfType(
                    MeshStartException.class,
                    () -> new StartWatch(options("cluster.local"), state, keeper, _ -> {}).awaitUp());
            assertThat(e).hasMessage("mesh default was not ready within 0 s: waited for shop/api, shop/web");
            assertThat(e.details())
                    .containsExactly(
                            "shop/api: its application does not run",
                            "  its application wrote last:",
                            "    cannot open /data",
                            "shop/web: its sidecar is not ready",
                            "  its sidecar wrote last:",
                            "    WARN away port=15012");
        } finally {
            keeper.destroyForcibly().waitFor();
        }
    }

    @Test
    void refusesATrustDomainThatIsNoneBeforeAnythingStarts() {
        assertThatThrownBy(() -> options("Foo_Bar!"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Foo_Bar!");
    }
}
