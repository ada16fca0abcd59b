package dev.weft.local.state;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What runs in a mesh, as {@code ps.json} says. Pids in the file are those of the mesh's PID namespace.
 *
 * @param at when this was true
 * @param phase of the mesh as a whole
 * @param controlPlane its control plane; absent while no workload is meshed
 * @param workloads its workloads, in order of namespace and name
 * @param services its services, in order of namespace and name
 * @param registryErrors what is wrong with the file now, as {@code file:line: reason}; the last valid state stays in force
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

    /** How far the mesh is. */
    public enum Phase {
        /** Workloads are being started. */
        STARTING,
        /** Every workload of the first load has been ready. */
        UP,
        /** It is going down. */
        STOPPING
    }

    /** How far a process is. */
    public enum ProcessState {
        /** Not started yet: something that it needs is not there. */
        WAITING,
        RUNNING,
        /** It ended and is started again after a pause. */
        BACKOFF,
        /** It ended and is not started again. */
        ENDED
    }

    /**
     * One process that the supervisor keeps running.
     *
     * @param state how far it is
     * @param pid its process id, 0 when it does not run
     * @param restarts how often it was started again
     * @param since when it got into this state
     * @param lastExit how it last ended, as {@code exit status 1} or {@code signal 9}; empty when it never did
     */
    public record ProcessStatus(ProcessState state, long pid, int restarts, Instant since, String lastExit) {

        /** The same with another pid, as the pid seen from another namespace. */
        public ProcessStatus withPid(long other) {
            return new ProcessStatus(state, other, restarts, since, lastExit);
        }
    }

    /**
     * One workload.
     *
     * @param identity its SPIFFE ID; empty when it is not meshed
     * @param addresses its IP addresses
     * @param ready whether it takes connections: its readiness probe, or else that it and its sidecar run
     * @param reason why it is not ready; empty when it is
     * @param pause the process that holds its namespaces
     * @param sidecar absent when it is not meshed
     * @param app absent when it has no command
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

        /** {@code namespace/name}. */
        public String qualifiedName() {
            return namespace + "/" + name;
        }
    }

    /**
     * One service.
     *
     * @param addresses its IP addresses
     * @param ports its ports
     */
    public record ServiceStatus(String namespace, String name, List<String> addresses, List<Integer> ports) {

        public ServiceStatus {
            addresses = List.copyOf(addresses);
            ports = List.copyOf(ports);
        }
    }
}
