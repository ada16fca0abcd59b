package dev.weft.local.state;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The present state of a mesh's processes, as stored in {@code ps.json}. Pids in the file are those of the mesh's PID
 * namespace.
 *
 * @param at time of this state
 * @param phase phase of the mesh as a whole
 * @param controlPlane its control plane; empty while no workload is meshed
 * @param workloads its workloads, sorted by namespace and name
 * @param services its services, sorted by namespace and name
 * @param registryErrors errors that the file has now, as {@code file:line: reason}; the last valid state stays in force
 */
public record PsSnapshot(
        Instant at,
        Phase phase,
        Optional<ProcessStatus> controlPlane,
        List<WorkloadStatus> workloads,
        List<ServiceStatus> services,
        List<String> registryErrors) {

    public PsSnapshot {
        workloads = List.copyOf(workloads);
        services = List.copyOf(services);
        registryErrors = List.copyOf(registryErrors);
    }

    /** The phase of a mesh. */
    public enum Phase {
        /** Workloads are being started. */
        STARTING,
        /** Every workload of the first load has been ready once. */
        UP,
        STOPPING
    }

    /** The state of a process. */
    public enum ProcessState {
        /** Not started yet, because something that it needs is missing. */
        WAITING,
        RUNNING,
        /** The process ended, and will be started again after a pause. */
        BACKOFF,
        /** The process ended, and will not be started again. */
        ENDED
    }

    /**
     * One process that the supervisor keeps running.
     *
     * @param pid its process id, 0 if it does not run
     * @param restarts how often it was started again
     * @param since time at which it got into this state
     * @param lastExit how it last ended, such as {@code exit status 1} or {@code signal 9}; empty if it never did
     */
    public record ProcessStatus(ProcessState state, long pid, int restarts, Instant since, String lastExit) {

        /** Returns a copy with another pid, for use in another PID namespace. */
        public ProcessStatus withPid(long other) {
            return new ProcessStatus(state, other, restarts, since, lastExit);
        }
    }

    /**
     * One workload.
     *
     * @param identity its SPIFFE ID; empty if it is not meshed
     * @param ready whether it accepts connections: by its readiness probe, or without one, whether it and its sidecar
     *     run
     * @param reason why it is not ready; empty if it is
     * @param pause the process that holds its namespaces
     * @param sidecar its sidecar; empty if it is not meshed
     * @param app its application; empty if it has no command
     */
    public record WorkloadStatus(
            String namespace,
            String name,
            boolean meshed,
            String identity,
            List<String> addresses,
            boolean ready,
            String reason,
            ProcessStatus pause,
            Optional<ProcessStatus> sidecar,
            Optional<ProcessStatus> app) {

        public WorkloadStatus {
            addresses = List.copyOf(addresses);
        }

        /** Returns {@code namespace/name}. */
        public String qualifiedName() {
            return namespace + "/" + name;
        }
    }

    /** One service, with its IP addresses. */
    public record ServiceStatus(String namespace, String name, List<String> addresses, List<Integer> ports) {

        public ServiceStatus {
            addresses = List.copyOf(addresses);
            ports = List.copyOf(ports);
        }
    }
}
