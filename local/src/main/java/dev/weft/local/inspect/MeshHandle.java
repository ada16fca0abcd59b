package dev.weft.local.inspect;

import dev.weft.local.state.AppSettings;
import dev.weft.local.state.MeshName;
import dev.weft.local.state.MeshRecord;
import dev.weft.local.state.MeshState;
import dev.weft.local.state.PsSnapshot;
import dev.weft.local.state.PsSnapshot.WorkloadStatus;
import dev.weft.local.state.StateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A mesh on this machine, seen from the host.
 *
 * @param state its files
 * @param record its processes and settings
 */
public record MeshHandle(MeshName name, MeshState state, MeshRecord record) {

    /** Environment variables about the caller's terminal, which a command in a workload gets too. */
    private static final Set<String> TERMINAL = Set.of("TERM", "COLORTERM", "NO_COLOR");

    /** Whether the mesh runs. */
    public boolean alive() {
        return record.alive();
    }

    /** Returns its processes, with pids of the host; 0 for a process that has ended. */
    public PsSnapshot ps() throws IOException {
        PsSnapshot inner = StateFiles.readJson(state.ps(), PsSnapshot.class)
                .orElseThrow(() -> new NoSuchMeshException("mesh %s is still starting".formatted(name)));
        return HostPids.of(record).translate(inner);
    }

    /**
     * Returns the workload of this name: {@code namespace/name}, or {@code name} if only one namespace has it.
     *
     * @throws NoSuchMeshException if there is no such workload, or several
     */
    public WorkloadStatus workload(String wanted) throws IOException {
        List<WorkloadStatus> all = ps().workloads();
        List<WorkloadStatus> found = all.stream()
                .filter(workload -> workload.qualifiedName().equals(wanted)
                        || workload.name().equals(wanted))
                .toList();
        if (found.size() == 1) {
            return found.getFirst();
        }
        String names = (found.isEmpty() ? all : found)
                .stream().map(WorkloadStatus::qualifiedName).collect(Collectors.joining(", "));
        throw new NoSuchMeshException(
                found.isEmpty()
                        ? "workload %s is not in mesh %s (there are: %s)".formatted(wanted, name, names)
                        : "workload %s is in several namespaces (name one: %s)".formatted(wanted, names));
    }

    /**
     * Returns a process builder that runs a command inside a workload's namespaces, with its traffic captured by the
     * sidecar. If the application has a user of its own, the command runs as this user, with the application's
     * environment and capabilities. Otherwise it runs with the caller's privileges, and the caller's environment
     * overrides the application's.
     */
    public ProcessBuilder exec(String workload, List<String> command) throws IOException {
        return exec(workload, Optional.empty(), command);
    }

    /**
     * Returns a process builder for another user, with all privileges of that user. Root may do what the application
     * may not, such as capturing packets.
     *
     * @param user in the form of {@link AppUser}; empty for the application's own user
     * @throws NoSuchUserException if there is no such user
     */
    public ProcessBuilder exec(String workload, Optional<String> user, List<String> command) throws IOException {
        WorkloadStatus status = workload(workload);
        long pid = requirePid(status);
        AppSettings settings = StateFiles.readJson(
                        state.workload(status.namespace(), status.name()).application(), AppSettings.class)
                .orElseThrow(() ->
                        new NoSuchMeshException("workload %s is still starting".formatted(status.qualifiedName())));
        Optional<String> wanted = user.or(settings::user);
        Optional<AppUser> other = wanted.isPresent() ? AppUser.of(wanted.get(), pid) : Optional.empty();
        boolean likeTheApplication = user.isEmpty() && settings.user().isPresent();
        List<String> becoming = likeTheApplication
                ? NamespaceEntry.asApplication(other)
                : other.map(AppUser::command).orElse(List.of());
        ProcessBuilder builder = new ProcessBuilder(
                NamespaceEntry.intoWorkload(pid, becoming, Path.of("").toAbsolutePath(), command));
        Map<String, String> environment = builder.environment();
        if (wanted.isPresent()) {
            environment.keySet().retainAll(TERMINAL);
        }
        settings.environment().forEach(environment::putIfAbsent);
        if (user.isPresent()) {
            other.ifPresent(found -> environment.put("HOME", found.home()));
        }
        return builder;
    }

    /**
     * Returns the command line that runs a command on the network between the workloads: in the mesh's own network
     * namespace, next to the control plane. There, {@code weft0} carries the traffic between sidecars, and nothing is
     * captured.
     */
    public List<String> linkCommand(List<String> command) throws IOException {
        return NamespaceEntry.intoMesh(HostPids.of(record).init(), Path.of("").toAbsolutePath(), command);
    }

    /**
     * Returns the host's pid of the first process of the mesh. The network between its workloads is in this process's
     * network namespace.
     */
    public long firstPid() throws IOException {
        return HostPids.of(record).init();
    }

    /** Returns the sidecar of a workload. */
    public SidecarAdmin sidecar(String workload) throws IOException {
        WorkloadStatus status = workload(workload);
        if (!status.meshed()) {
            throw new NoSuchMeshException(
                    "workload %s has no sidecar: it is not meshed".formatted(status.qualifiedName()));
        }
        return new SidecarAdmin(
                status.qualifiedName(),
                state.workload(status.namespace(), status.name()).adminSocket());
    }

    /** Asks the supervisor to restart a workload's application and sidecar. */
    public void restart(String workload) throws IOException {
        StateFiles.write(files(workload).restart(), "");
    }

    /** Whether the supervisor has not yet begun the requested restart. */
    public boolean restartPending(String workload) throws IOException {
        return Files.exists(files(workload).restart());
    }

    private MeshState.WorkloadFiles files(String workload) throws IOException {
        WorkloadStatus status = workload(workload);
        return state.workload(status.namespace(), status.name());
    }

    /** Returns the path of the log of a workload's application. */
    public Path appLog(String workload) throws IOException {
        return files(workload).appLog();
    }

    /** Returns the path of the log of a workload's sidecar, which includes its access log. */
    public Path sidecarLog(String workload) throws IOException {
        return files(workload).sidecarLog();
    }

    private static long requirePid(WorkloadStatus status) throws NoSuchMeshException {
        if (status.pause().pid() == 0) {
            throw new NoSuchMeshException(
                    "workload %s is not running now: %s".formatted(status.qualifiedName(), status.reason()));
        }
        return status.pause().pid();
    }
}
