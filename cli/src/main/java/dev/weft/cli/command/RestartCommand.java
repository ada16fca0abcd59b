package dev.weft.cli.command;

import dev.weft.cli.failure.CommandFailure;
import dev.weft.cli.failure.ExitCode;
import dev.weft.cli.screen.Progress;
import dev.weft.cli.screen.Style;
import dev.weft.local.inspect.MeshHandle;
import dev.weft.local.state.PsSnapshot.ProcessState;
import dev.weft.local.state.PsSnapshot.ProcessStatus;
import dev.weft.local.state.PsSnapshot.WorkloadStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "restart",
        description = "Restart a workload's application and sidecar.",
        footer = {
            "  weft restart shop/web",
            "  weft restart web -n shop --timeout 2m",
            "",
            "The sidecar makes a new key and gets a new certificate, so a workload whose certificate was",
            "revoked comes back. Returns when the workload is ready.",
        })
public final class RestartCommand extends SessionCommand {

    private static final Duration POLL = Duration.ofMillis(100);

    @Parameters(paramLabel = "WORKLOAD", description = "namespace/name, or name when it is unique.")
    private String workload = "";

    @Mixin
    private MeshOption meshOption = new MeshOption();

    @Mixin
    private NamespaceOption namespace = new NamespaceOption();

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            defaultValue = "60s",
            converter = DurationConverter.class,
            description = "how long it may take to be ready again. Default: ${DEFAULT-VALUE}.")
    private Duration timeout = Duration.ofSeconds(60);

    public RestartCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        MeshHandle mesh = meshOption.mesh(session);
        WorkloadStatus before = Workloads.find(session, mesh, namespace, workload);
        String name = before.qualifiedName();
        try (Progress progress = new Progress(session.screen())) {
            progress.step("restarting " + name);
            mesh.restart(name);
            awaitReady(mesh, before);
        }
        session.screen().line(session.screen().paint(Style.GOOD, "✓") + " " + name + " is ready again");
        return ExitCode.OK;
    }

    private void awaitReady(MeshHandle mesh, WorkloadStatus before) throws IOException, InterruptedException {
        String name = before.qualifiedName();
        long deadline = System.nanoTime() + timeout.toNanos();
        WorkloadStatus now = before;
        while (System.nanoTime() < deadline) {
            Thread.sleep(POLL);
            now = Workloads.find(mesh, name);
            if (settled(now) && !mesh.restartPending(name) && isAnother(before, now)) {
                return;
            }
        }
        throw CommandFailure.failed(
                "WEFT-L214",
                "workload " + name + " was not ready again within " + timeout.toSeconds() + " s"
                        + (now.reason().isEmpty() ? "" : ": " + now.reason()),
                "it is still being started; 'weft logs " + name + "' and 'weft logs " + name + " --sidecar' show why");
    }

    /** Whether the workload is ready, or its application has ended successfully. */
    private static boolean settled(WorkloadStatus now) {
        return now.ready()
                || now.app()
                        .filter(app -> app.state() == ProcessState.ENDED
                                && app.lastExit().equals("exit status 0"))
                        .isPresent();
    }

    /**
     * Whether a new process runs in place of the old one: of the sidecar, or of the application if there is no sidecar.
     */
    private static boolean isAnother(WorkloadStatus before, WorkloadStatus now) {
        return now.sidecar().or(now::app).map(ProcessStatus::pid).stream()
                .allMatch(pid -> pid > 0
                        && !before.sidecar()
                                .or(before::app)
                                .map(ProcessStatus::pid)
                                .equals(Optional.of(pid)));
    }
}
