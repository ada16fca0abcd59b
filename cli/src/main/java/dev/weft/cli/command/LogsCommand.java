package dev.weft.cli.command;

import dev.weft.cli.cluster.ClusterMesh;
import dev.weft.cli.failure.CommandFailure;
import dev.weft.cli.failure.ExitCode;
import dev.weft.cli.mesh.LocalMesh;
import dev.weft.cli.mesh.Member;
import dev.weft.cli.mesh.Mesh;
import dev.weft.cli.screen.Style;
import dev.weft.local.inspect.FollowedFile;
import dev.weft.local.inspect.MeshHandle;
import dev.weft.local.state.PsSnapshot.WorkloadStatus;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "logs",
        description = "Print the logs of applications, sidecars or the control plane.",
        footer = {
            "  weft logs                       # every application, each line with its workload",
            "  weft logs shop/api -f           # one application, and what it writes from now on",
            "  weft logs shop/api --sidecar    # its sidecar: who called, as whom, what was refused and why",
            "  weft logs --control --tail 20",
            "  weft logs shop/api-7d4b9 --sidecar --cluster -f",
        })
public final class LogsCommand extends SessionCommand {

    private static final Duration POLL = Duration.ofMillis(200);

    @Parameters(
            arity = "0..1",
            paramLabel = "WORKLOAD",
            description = "namespace/name, or name when it is unique. Default: all.")
    private @Nullable String workload;

    @Mixin
    private MeshOrClusterOption meshOption = new MeshOrClusterOption();

    @Mixin
    private NamespaceOption namespace = new NamespaceOption();

    @Option(
            names = {"-f", "--follow"},
            description = "go on with new lines as they are written")
    private boolean follow;

    @Option(names = "--tail", paramLabel = "LINES", description = "only the last lines. Default: all.")
    private int tail = Integer.MAX_VALUE;

    @ArgGroup
    private Source source = new Source();

    /** Which process's log is printed; by default the application's. */
    static final class Source {

        @Option(names = "--sidecar", description = "the sidecar's log, with a line for each connection")
        private boolean sidecar;

        @Option(names = "--control", description = "the control plane's log")
        private boolean control;

        @Option(names = "--events", description = "what the supervisor did: starts, ends, restarts")
        private boolean events;
    }

    private record Log(String prefix, FollowedFile file) {}

    public LogsCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (tail < 0) {
            throw CommandFailure.usage("--tail: " + tail + " (expected: 0 or more)", "see 'weft logs --help'");
        }
        Mesh mesh = meshOption.mesh(session);
        return mesh instanceof LocalMesh(MeshHandle handle) ? local(handle) : ofCluster((ClusterMesh) mesh);
    }

    /** Prints the log with kubectl, which reports errors itself. */
    private int ofCluster(ClusterMesh mesh) throws IOException, InterruptedException {
        Process kubectl = new ProcessBuilder(command(mesh))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader lines = kubectl.inputReader(StandardCharsets.UTF_8)) {
            lines.lines().forEach(line -> session.screen().line(line));
        } finally {
            kubectl.destroy();
        }
        return kubectl.waitFor() == 0 ? ExitCode.OK : ExitCode.FAILED;
    }

    private List<String> command(ClusterMesh mesh) throws IOException {
        List<String> options = new ArrayList<>();
        if (follow) {
            options.add("--follow");
        }
        if (tail != Integer.MAX_VALUE) {
            options.add("--tail=" + tail);
        }
        if (source.control) {
            mustBeOfTheMesh();
            return mesh.kubectl().controlLog(options);
        }
        if (source.events || workload == null) {
            throw CommandFailure.usage(
                    "in a cluster, logs are those of one pod or of the control plane",
                    "name a pod as NAMESPACE/NAME, or give --control; 'kubectl get events' shows events");
        }
        Member pod = Workloads.find(session, mesh, namespace, workload);
        return source.sidecar
                ? mesh.kubectl().sidecarLog(pod.namespace(), pod.name(), options)
                : mesh.kubectl().applicationLog(pod.namespace(), pod.name(), options);
    }

    private void mustBeOfTheMesh() {
        if (workload != null) {
            throw CommandFailure.usage(
                    "--control and --events are for the whole mesh, but a workload was named: " + workload,
                    "leave out one of the two");
        }
    }

    private int local(MeshHandle mesh) throws IOException, InterruptedException {
        List<Log> logs = logs(mesh);
        for (Log log : logs) {
            List<String> lines = log.file().newLines();
            lines.subList(Math.max(0, lines.size() - tail), lines.size()).forEach(line -> print(log, line));
        }
        while (follow && mesh.alive()) {
            Thread.sleep(POLL);
            for (Log log : logs) {
                log.file().newLines().forEach(line -> print(log, line));
            }
        }
        return ExitCode.OK;
    }

    private void print(Log log, String line) {
        session.screen().line(log.prefix() + line);
    }

    private List<Log> logs(MeshHandle mesh) throws IOException {
        if (source.control || source.events) {
            mustBeOfTheMesh();
            Path file =
                    source.control ? mesh.state().controlLog() : mesh.state().events();
            return List.of(new Log("", new FollowedFile(file)));
        }
        if (workload != null) {
            WorkloadStatus status = Workloads.find(session, mesh, namespace, workload);
            return List.of(new Log("", file(mesh, source.sidecar ? Workloads.requireMeshed(status) : status)));
        }
        return all(mesh);
    }

    private List<Log> all(MeshHandle mesh) throws IOException {
        List<WorkloadStatus> workloads = namespace.of(session, mesh, mesh.ps().workloads()).stream()
                .filter(status ->
                        source.sidecar ? status.meshed() : status.app().isPresent())
                .toList();
        int width = workloads.stream()
                .mapToInt(status -> status.qualifiedName().length())
                .max()
                .orElse(0);
        List<Log> logs = new ArrayList<>();
        for (WorkloadStatus status : workloads) {
            String name = String.format("%-" + Math.max(1, width) + "s", status.qualifiedName());
            logs.add(new Log(session.screen().paint(Style.NAME, name) + " | ", file(mesh, status)));
        }
        return logs;
    }

    private FollowedFile file(MeshHandle mesh, WorkloadStatus status) throws IOException {
        String name = status.qualifiedName();
        return new FollowedFile(source.sidecar ? mesh.sidecarLog(name) : mesh.appLog(name));
    }
}
