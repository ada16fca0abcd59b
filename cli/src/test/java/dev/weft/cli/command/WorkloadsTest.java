package dev.weft.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.cli.failure.CommandFailure;
import dev.weft.cli.failure.ExitCode;
import dev.weft.cli.failure.FailurePrinter;
import dev.weft.local.inspect.Meshes;
import dev.weft.local.state.MeshName;
import dev.weft.local.state.MeshRecord;
import dev.weft.local.state.MeshState;
import dev.weft.local.state.ProcessRef;
import dev.weft.local.state.PsSnapshot;
import dev.weft.local.state.PsSnapshot.ProcessState;
import dev.weft.local.state.PsSnapshot.ProcessStatus;
import dev.weft.local.state.PsSnapshot.WorkloadStatus;
import dev.weft.local.state.StateDirectories;
import dev.weft.local.state.StateFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What commands make of a workload that is not as they need it. */
final class WorkloadsTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path home;

    private final Printed printed = new Printed();

    private static WorkloadStatus workload(boolean meshed, long pid) {
        return new WorkloadStatus(
                "shop",
                "web",
                meshed,
                "",
                List.of("10.244.0.2"),
                false,
                "exit status 4, again in 8s",
                new ProcessStatus(ProcessState.RUNNING, pid, 0, NOW, ""),
                Optional.empty(),
                Optional.empty());
    }

    /** The commands of a mesh of one workload. */
    private Session session(WorkloadStatus workload) throws IOException {
        StateDirectories directories = new StateDirectories(home, false);
        MeshState state = directories.of(MeshName.DEFAULT);
        StateFiles.createDirectories(state.directory());
        StateFiles.writeJson(
                state.record(),
                new MeshRecord(
                        "default",
                        "mesh.yaml",
                        "cluster.local",
                        0,
                        true,
                        NOW,
                        ProcessRef.self(),
                        Optional.of(ProcessRef.self())));
        StateFiles.writeJson(
                state.ps(),
                new PsSnapshot(NOW, PsSnapshot.Phase.UP, Optional.empty(), List.of(workload), List.of(), List.of()));
        return new Session(printed.screen(), new Meshes(directories), Clock.systemUTC(), Map.of());
    }

    @Test
    void oneWithoutASidecarHasNoIdentity() {
        assertThatThrownBy(() -> Workloads.requireMeshed(workload(false, 1)))
                .isInstanceOfSatisfying(CommandFailure.class, failure -> {
                    assertThat(failure.code()).isEqualTo("WEFT-L106");
                    assertThat(failure.what()).contains("shop/web has no sidecar");
                });
        assertThat(Workloads.requireMeshed(workload(true, 1)).name()).isEqualTo("web");
    }

    @Test
    void nothingIsRunInOneThatDoesNotRun() throws IOException {
        Session session = session(workload(true, 0));
        int exit = ExecCommand.commandLine(session)
                .setExecutionExceptionHandler(new FailurePrinter(printed.screen(), FailureTranslation::of))
                .execute("shop/web", "--", "true");
        assertThat(exit).isEqualTo(ExitCode.FAILED);
        assertThat(printed.err())
                .contains("shop/web is not running now: exit status 4, again in 8s (WEFT-L107)")
                .contains("weft logs shop/web");
    }
}
