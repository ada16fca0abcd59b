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
 * @param name its name
 * @param state its files
 * @param record who runs it
 */
public record MeshHandle(MeshName name, MeshState state, MeshRecord record) {

    /** What of the caller's environment is the terminal's, and so a command's in a workload too. */
    private static final Set<String> TERMINAL = Set.of("TERM", "COLORTERM", "NO_COLOR");

    /** Whether it runs. */
    public boolean alive() {
        return record.alive();
    }

    /** What runs in it; pids are those of the host, 0 where a process is gone. */
    public PsSnapshot ps() throws IOException {
        PsSnapshot inner = StateFiles.readJson(state.ps(), PsSnapshot.class)
                .orElseThrow(() -> new NoSuchMeshException("mesh %s is only starting".formatted(name)));
        return HostPids.of(record).translate(inner);
    }

    /**
     * The workload of this name, as {@code namespace/name}, or {@code name} where only one namespace has it.
     *
     * @throws NoSuchMeshException when there is none, or several
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
                        : "workload %s is in several namespaces (say which: %s)".formatted(wanted, names));
    }

    /**
     * What runs a command inside a workload's namespaces, captured by its sidecar. Where the application has a user of its own, as
     * this user and with the application's environment and capabilities; else with all that the caller may, and the caller's
     * environment over the application's.
     */
    public ProcessBuilder exec(String workload, List<String> command) throws IOException {
        return exec(workload, Optional.empty(), command);
    }

    /**
     * The same as another user, with all that the user may: root may what the application may not, as to capture packets.
     *
     * @param user as {@link AppUser} has it; nothing for the application's own
     * @throws NoSuchUserException when there is no such user
     */
    public ProcessBuilder exec(String workload, Optional<String> user, List<String> command) throws IOException {
        WorkloadStatus status = workload(workload);
        long pid = requirePid(status);
        AppSettings settings = StateFiles.readJson(
                        state.workload(status.namespace(), status.name()).application(), AppSettings.class)
                .orElseThrow(() ->
                        new NoSuchMeshException("workload %s is only starting".formatted(status.qualifiedName())));
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
     * The command line that runs a command on the link between the workloads: in the mesh's own network namespace, beside the
     * control plane, where {@code weft0} carries what the sidecars say to each other. Nothing captures it there.
     */
    public List<String> linkCommand(List<String> command) throws IOException {
        return NamespaceEntry.intoMesh(HostPids.of(record).init(), Path.of("").toAbsolutePath(), command);
    }

    /** The host's pid of the first process of the mesh, in whose network namespace the link between its workloads is. */
    public long firstPid() throws IOException {
        return HostPids.of(record).init();
    }

    /** The sidecar of a workload. */
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

    /** Has a workload's application and sidecar ended and started again; the supervisor sees to it. */
    public void restart(String workload) throws IOException {
        StateFiles.write(files(workload).restart(), "");
    }

    /** Whether the supervisor has not yet begun to restart it. */
    public boolean restartPending(String workload) throws IOException {
        return Files.exists(files(workload).restart());
    }

    private MeshState.WorkloadFiles files(String workload) throws IOException {
        WorkloadStatus status = workload(workload);
        return state.workload(status.namespace(), status.name());
    }

    /** The log of a workload's application. */
    public Path appLog(String workload) throws IOException {
        WorkloadStatus status = workload(workload);
        return state.workload(status.namespace(), status.name()).appLog();
    }

    /** The log of a workload's sidecar, with its access log. */
    public Path sidecarLog(String workload) throws IOException {
        WorkloadStatus status = workload(workload);
        return state.workload(status.namespace(), status.name()).sidecarLog();
    }

    private static long requirePid(WorkloadStatus status) throws NoSuchMeshException {
        if (status.pause().pid() == 0) {
            throw new NoSuchMeshException(
                    "workload %s is not running now: %s".formatted(status.qualifiedName(), status.reason()));
        }
        return status.pause().pid();
    }
}
