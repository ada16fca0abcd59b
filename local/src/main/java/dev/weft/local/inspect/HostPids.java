package dev.weft.local.inspect;

import dev.weft.local.state.MeshRecord;
import dev.weft.local.state.ProcessRef;
import dev.weft.local.state.PsSnapshot;
import dev.weft.local.state.PsSnapshot.ProcessStatus;
import dev.weft.local.state.PsSnapshot.WorkloadStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The host's pids of a mesh's processes, found in /proc: those of the PID namespace of the keeper's child. */
final class HostPids {

    private static final String NAMESPACE_PIDS = "NSpid:";
    private static final long INIT = 1;

    private final Map<Long, Long> hostByInner;

    private HostPids(Map<Long, Long> hostByInner) {
        this.hostByInner = hostByInner;
    }

    static HostPids of(MeshRecord record) throws IOException {
        Optional<Path> namespace = record.keeper()
                .filter(ProcessRef::alive)
                .flatMap(keeper -> namespaceOf(keeper.pid(), "pid_for_children"));
        if (namespace.isEmpty()) {
            throw new NoSuchMeshException("mesh %s is not running".formatted(record.name()));
        }
        Map<Long, Long> pids = new HashMap<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                long pid = Long.parseLong(process.getFileName().toString());
                if (namespaceOf(pid, "pid").equals(namespace)) {
                    innerPid(process).ifPresent(inner -> pids.put(inner, pid));
                }
            }
        }
        return new HostPids(pids);
    }

    /** The host's pid of the mesh's PID 1. */
    long init() throws NoSuchMeshException {
        long pid = hostPid(INIT);
        if (pid == 0) {
            throw new NoSuchMeshException("the mesh is not running");
        }
        return pid;
    }

    PsSnapshot translate(PsSnapshot inner) {
        return new PsSnapshot(
                inner.at(),
                inner.phase(),
                inner.controlPlane().map(this::translate),
                inner.workloads().stream().map(this::translate).toList(),
                inner.services(),
                inner.registryErrors());
    }

    private WorkloadStatus translate(WorkloadStatus inner) {
        return new WorkloadStatus(
                inner.namespace(),
                inner.name(),
                inner.meshed(),
                inner.identity(),
                inner.addresses(),
                inner.ready(),
                inner.reason(),
                translate(inner.pause()),
                inner.sidecar().map(this::translate),
                inner.app().map(this::translate));
    }

    private ProcessStatus translate(ProcessStatus inner) {
        return inner.withPid(hostPid(inner.pid()));
    }

    private long hostPid(long inner) {
        return hostByInner.getOrDefault(inner, 0L);
    }

    private static Optional<Path> namespaceOf(long pid, String kind) {
        try {
            return Optional.of(Files.readSymbolicLink(Path.of("/proc", Long.toString(pid), "ns", kind)));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Optional<Long> innerPid(Path process) {
        try {
            return Files.readAllLines(process.resolve("status")).stream()
                    .filter(line -> line.startsWith(NAMESPACE_PIDS))
                    .map(line -> Long.parseLong(line.substring(line.lastIndexOf('\t') + 1)))
                    .findFirst();
        } catch (IOException | UncheckedIOException e) {
            return Optional.empty();
        }
    }
}
