package dev.weft.local.launch;

import dev.weft.local.state.MeshState;
import dev.weft.local.state.PsSnapshot;
import dev.weft.local.state.PsSnapshot.Phase;
import dev.weft.local.state.PsSnapshot.ProcessState;
import dev.weft.local.state.PsSnapshot.ProcessStatus;
import dev.weft.local.state.PsSnapshot.WorkloadStatus;
import dev.weft.local.state.StateFiles;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Waits until a mesh that starts is up, or tells why it will not be. */
final class StartWatch {

    /** A process that ended this often before its workload was ever ready will not come right by itself. */
    private static final int MAX_RESTARTS = 2;

    private final UpOptions options;
    private final MeshState state;
    private final Process keeper;
    private final Consumer<String> progress;

    StartWatch(UpOptions options, MeshState state, Process keeper, Consumer<String> progress) {
        this.options = options;
        this.state = state;
        this.keeper = keeper;
        this.progress = progress;
    }

    void awaitUp() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + options.startTimeout().toNanos();
        try (EventTail tail = EventTail.atStart(state.events(), progress)) {
            while (true) {
                boolean ended = keeper.waitFor(EventTail.INTERVAL);
                tail.poll();
                Optional<PsSnapshot> ps = StateFiles.readJson(state.ps(), PsSnapshot.class);
                if (ended) {
                    throw new MeshStartException("the mesh ended while starting", LogTail.of(state.supervisorLog()));
                }
                if (ps.isPresent() && ps.get().phase() == Phase.UP) {
                    return;
                }
                if (ps.isPresent()) {
                    refuseHopeless(ps.get());
                }
                if (System.nanoTime() > deadline) {
                    throw late(ps);
                }
            }
        }
    }

    private void refuseHopeless(PsSnapshot ps) throws MeshStartException {
        if (ps.controlPlane().filter(StartWatch::hopeless).isPresent()) {
            throw new MeshStartException("the control plane does not stay up", LogTail.of(state.controlLog()));
        }
        for (WorkloadStatus workload : ps.workloads()) {
            if (!workload.ready() && workload.pause().restarts() > MAX_RESTARTS) {
                throw new MeshStartException(
                        "the namespaces of workload %s cannot be made".formatted(workload.qualifiedName()),
                        List.of(workload.reason()));
            }
            boolean sidecar = workload.sidecar().filter(StartWatch::hopeless).isPresent();
            if (!workload.ready()
                    && (sidecar || workload.app().filter(StartWatch::hopeless).isPresent())) {
                throw new MeshStartException(
                        "workload %s does not start: %s".formatted(workload.qualifiedName(), workload.reason()),
                        logOf(workload, sidecar));
            }
        }
    }

    private MeshStartException late(Optional<PsSnapshot> ps) {
        List<String> details = new ArrayList<>();
        for (WorkloadStatus workload : ps.map(PsSnapshot::workloads).orElse(List.of())) {
            if (!workload.ready()) {
                details.add(workload.qualifiedName() + ": " + workload.reason());
                logOf(workload, workload.app().filter(app -> app.pid() > 0).isEmpty())
                        .forEach(line -> details.add("  " + line));
            }
        }
        details.addAll(ps.isPresent() ? List.of() : LogTail.of(state.supervisorLog()));
        return new MeshStartException(
                "mesh %s was not ready within %d s"
                        .formatted(options.name(), options.startTimeout().toSeconds()),
                details);
    }

    private List<String> logOf(WorkloadStatus workload, boolean sidecar) {
        MeshState.WorkloadFiles files = state.workload(workload.namespace(), workload.name());
        return LogTail.of(sidecar && workload.meshed() ? files.sidecarLog() : files.appLog());
    }

    private static boolean hopeless(ProcessStatus process) {
        boolean failed =
                process.state() == ProcessState.ENDED && !process.lastExit().equals("exit status 0");
        return failed || process.restarts() >= MAX_RESTARTS;
    }
}
