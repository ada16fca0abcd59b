package dev.weft.local.inspect;

import dev.weft.local.state.MeshRecord;
import dev.weft.local.state.ProcessRef;
import dev.weft.local.state.PsSnapshot;
import dev.weft.local.state.PsSnapshot.ProcessStatus;
import dev.weft.local.state.PsSnapshot.WorkloadStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds the host's pids of a mesh's processes in /proc. They are the processes in the PID namespace of the keeper's
 * child.
 */
final class HostPids {

    private static final String NAMESPACE_PIDS = "NSpid:";
    private static final String PARENT = "PPid:";
    private static final long INIT = 1;
    private static final int MAX_GENERATIONS = 1000;

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
        Map<Long, HostProcess> all = all();
        Map<Long, Long> pids = new HashMap<>();
        all.entrySet().stream()
                .filter(entry -> entry.getValue().inner() == INIT
                        && namespaceOf(entry.getKey(), "pid").equals(namespace))
                .findFirst()
                .ifPresent(init -> {
                    int level = init.getValue().pids().size() - 1;
                    all.forEach((pid, process) -> {
                        if (process.pids().size() > level && descends(pid, init.getKey(), all)) {
                            pids.put(process.pids().get(level), pid);
                        }
                    });
                });
        return new HostPids(pids);
    }

    /** A process in the host's /proc, with its pid in each of its PID namespaces, the host's first. */
    private record HostProcess(long parent, List<Long> pids) {
        long inner() {
            return pids.getLast();
        }
    }

    private static Map<Long, HostProcess> all() {
        Map<Long, HostProcess> all = new HashMap<>();
        ProcessHandle.allProcesses()
                .map(ProcessHandle::pid)
                .forEach(pid -> process(pid).ifPresent(process -> all.put(pid, process)));
        return all;
    }

    /**
     * Whether a process descends from the mesh's PID 1. Programs of pods have PID namespaces below the mesh's, so the
     * namespace alone does not show it.
     */
    private static boolean descends(long pid, long init, Map<Long, HostProcess> all) {
        long at = pid;
        for (int generation = 0; generation < MAX_GENERATIONS && at != init; generation++) {
            HostProcess process = all.get(at);
            if (process == null) {
                return false;
            }
            at = process.parent();
        }
        return at == init;
    }

    /** Returns the host's pid of the mesh's PID 1. */
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

    private static Optional<HostProcess> process(long pid) {
        try {
            long parent = 0;
            List<Long> pids = List.of();
            for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"))) {
                if (line.startsWith(PARENT)) {
                    parent = Long.parseLong(line.substring(PARENT.length()).strip());
                } else if (line.startsWith(NAMESPACE_PIDS)) {
                    pids = Stream.of(line.substring(NAMESPACE_PIDS.length())
                                    .strip()
                                    .split("\\s+", -1))
                            .map(Long::valueOf)
                            .toList();
                }
            }
            return pids.isEmpty() ? Optional.empty() : Optional.of(new HostProcess(parent, pids));
        } catch (IOException | UncheckedIOException e) {
            return Optional.empty();
        }
    }
}
