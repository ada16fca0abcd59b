package dev.weft.local.launch;

import dev.weft.local.inspect.FollowedFile;
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
import java.util.stream.Collectors;

/** Waits until a starting mesh is up, or throws with the reason why it will not be. */
record StartWatch(UpOptions options, MeshState state, Process keeper, Consumer<String> progress) {

    /** Most restarts of a process before its workload was ever ready. After more, waiting is pointless. */
    private static final int MAX_RESTARTS = 2;

    /** Most late workloads that are named in the first line. */
    private static final int MOST_NAMES = 3;
    /** After this many lines, only the reason is given for further workloads. */
    private static final int MOST_DETAILS = 40;

    void awaitUp() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + options.startTimeout().toNanos();
        FollowedFile events = new FollowedFile(state.events());
        try {
            while (true) {
                boolean ended = keeper.waitFor(RunningMesh.INTERVAL);
                events.newLines().forEach(progress);
                Optional<PsSnapshot> ps = StateFiles.readJson(state.ps(), PsSnapshot.class);
                if (ended) {
                    throw new MeshStartException("the mesh ended while starting", LogTail.of(state.supervisorLog()));
                }
                if (ps.isPresent() && ps.get().phase() == Phase.UP) {
                    return;
                }
                if (ps.isPresent()) {
                    failIfHopeless(ps.get());
                }
                if (System.nanoTime() > deadline) {
                    throw late(ps);
                }
            }
        } finally {
            events.newLines().forEach(progress);
        }
    }

    private void failIfHopeless(PsSnapshot ps) throws MeshStartException {
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
        List<WorkloadStatus> late = ps.map(PsSnapshot::workloads).orElse(List.of()).stream()
                .filter(workload -> !workload.ready())
                .toList();
        List<String> details = new ArrayList<>();
        for (WorkloadStatus workload : late) {
            details.add(workload.qualifiedName() + ": " + workload.reason());
            if (details.size() < MOST_DETAILS) {
                boolean sidecar = workload.meshed() && !startedOnce(workload);
                String whose = sidecar ? "its sidecar" : "its application";
                List<String> log = logOf(workload, sidecar);
                details.add(log.isEmpty() ? "  " + whose + " wrote nothing" : "  " + whose + " wrote last:");
                log.forEach(line -> details.add("    " + line));
            }
        }
        details.addAll(ps.isPresent() ? List.of() : LogTail.of(state.supervisorLog()));
        String who = late.stream()
                .limit(MOST_NAMES)
                .map(WorkloadStatus::qualifiedName)
                .collect(Collectors.joining(", "));
        String others = late.size() > MOST_NAMES ? " and " + (late.size() - MOST_NAMES) + " more" : "";
        return new MeshStartException(
                "mesh %s was not ready within %d s%s"
                        .formatted(
                                options.name(),
                                options.startTimeout().toSeconds(),
                                late.isEmpty() ? "" : ": waited for " + who + others),
                details);
    }

    /** Whether the application was ever started. It is started when the sidecar is ready. */
    private static boolean startedOnce(WorkloadStatus workload) {
        return workload.app()
                .filter(app ->
                        app.pid() > 0 || app.restarts() > 0 || !app.lastExit().isEmpty())
                .isPresent();
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
