package dev.weft.bench.pairs;

import dev.weft.bench.lab.Link;
import dev.weft.bench.lab.Pause;
import dev.weft.bench.lab.Pod;
import dev.weft.bench.lab.Shell;
import dev.weft.bench.load.LoadAgent;
import dev.weft.bench.proc.MachineCpu;
import dev.weft.bench.proc.ProcFiles;
import dev.weft.bench.proc.ProcessStat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Two sidecars of a real mesh, with the settings that users get. Each restart creates a new mesh. */
final class WeftPair implements ProxyPair {
    private static final double MILLIS_PER_SECOND = 1e3;
    private static final int POLL_MILLIS = 5;
    private static final int START_ATTEMPTS = 60_000 / POLL_MILLIS;
    private static final int LOG_LINES = 20;

    private final WeftMesh mesh;
    private final ProcFiles proc = new ProcFiles(Path.of("/proc"));
    private @Nullable LoadAgent load;
    private List<Integer> sidecars = List.of();

    WeftPair(WeftMesh mesh) {
        this.mesh = mesh;
    }

    @Override
    public String name() {
        return mesh.name();
    }

    @Override
    public String description() {
        List<String> arguments = sidecars.isEmpty() ? List.of() : proc.arguments(sidecars.getFirst());
        List<String> flags =
                arguments.stream().filter(argument -> argument.startsWith("-X")).toList();
        return "./weft up, " + mesh.policies().title() + ", metrics and access log on; "
                + String.join(" ", flags)
                + (mesh.jvmFlags().isEmpty() ? "" : " and after them " + mesh.jvmFlags());
    }

    @Override
    public Target target() {
        return WeftMesh.TARGET;
    }

    @Override
    public Optional<Target> http2Target() {
        return Optional.of(WeftMesh.HTTP2_TARGET);
    }

    @Override
    public List<String> besideClient(List<String> program) {
        return mesh.exec(WeftMesh.CLIENT, program);
    }

    @Override
    public LoadAgent load() {
        LoadAgent agent = load;
        if (agent == null) {
            throw new IllegalStateException(name() + ": not started (expected: restart() before)");
        }
        return agent;
    }

    @Override
    public List<Integer> processes() {
        return sidecars;
    }

    @Override
    public boolean needsWarmUp() {
        return true;
    }

    @Override
    public void restart() {
        close();
        mesh.up();
        sidecars = List.of(mesh.sidecar(WeftMesh.CLIENT), mesh.sidecar(WeftMesh.SERVER));
        for (String workload : List.of(WeftMesh.CLIENT, WeftMesh.SERVER)) {
            Link.manyShortConnections(new Pod(workload, mesh.holder(workload), "-"));
        }
        load = LoadAgent.start(
                mesh.exec(WeftMesh.CLIENT, LoadAgent.command()), mesh.folder().resolve("load-" + name() + ".log"));
        FirstRequest.await(this, this::sidecarLogs);
    }

    @Override
    public void close() {
        LoadAgent agent = load;
        if (agent != null) {
            agent.close();
            load = null;
            sidecars = List.of();
            mesh.down();
        }
    }

    /**
     * Kills the server's sidecar and measures the start of the next one, while nothing else happens. Returns nothing
     * for another build.
     */
    @Override
    public List<StartFigure> starts(int times) {
        if (!mesh.ofThisBuild()) {
            return List.of();
        }
        List<StartFigure> starts = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            int before = mesh.sidecar(WeftMesh.SERVER);
            Shell.run("kill -KILL " + before);
            starts.add(awaitStart(before));
        }
        return starts;
    }

    private StartFigure awaitStart(int before) {
        for (int attempt = 0; attempt < START_ATTEMPTS; attempt++) {
            int now = mesh.sidecar(WeftMesh.SERVER);
            if (now != before && now != 0 && ready()) {
                double uptime = uptimeSeconds();
                ProcessStat stat = proc.processes().stream()
                        .filter(process -> process.pid() == now)
                        .findFirst()
                        .orElseThrow();
                double started = (double) stat.startTicks() / MachineCpu.TICKS_PER_SECOND;
                return new StartFigure(
                        name(),
                        (uptime - started) * MILLIS_PER_SECOND,
                        stat.ticks() * MILLIS_PER_SECOND / MachineCpu.TICKS_PER_SECOND);
            }
            Pause.millis(POLL_MILLIS);
        }
        throw new IllegalStateException(name() + ": no sidecar after " + START_ATTEMPTS * POLL_MILLIS
                + " ms (expected: started again and ready)\n" + sidecarLogs());
    }

    private boolean ready() {
        try {
            return mesh.handle().sidecar(WeftMesh.SERVER).readiness().ready();
        } catch (IOException _) {
            // No process listens on the socket yet.
            return false;
        }
    }

    private static double uptimeSeconds() {
        try {
            String uptime = Files.readString(Path.of("/proc/uptime"));
            return Double.parseDouble(uptime.substring(0, uptime.indexOf(' ')));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String sidecarLogs() {
        StringBuilder logs = new StringBuilder();
        for (String workload : List.of(WeftMesh.CLIENT, WeftMesh.SERVER)) {
            try {
                List<String> lines = Files.readAllLines(mesh.handle().sidecarLog(workload));
                logs.append(workload).append(":\n");
                lines.stream()
                        .skip(Math.max(0, lines.size() - LOG_LINES))
                        .forEach(line -> logs.append(line).append('\n'));
            } catch (IOException e) {
                logs.append(workload + ": no log: " + e.getMessage() + "\n");
            }
        }
        return logs.toString();
    }
}
