package dev.weft.local.supervisor;

import dev.weft.proxy.capture.CaptureSettings.Datagrams;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a workload's pod shall be. The parts are apart by what a change of them asks for: a change of the shell makes the pod
 * anew, a change of the application restarts it, a change of the rest takes effect in place.
 */
record PodSpec(
        WorkloadName name,
        Shell shell,
        Datagrams datagrams,
        App app,
        Probes probes,
        List<Port> ports,
        Map<String, String> labels) {

    PodSpec {
        ports = List.copyOf(ports);
        labels = Map.copyOf(labels);
    }

    /**
     * The pod around the application.
     *
     * @param serviceAccount who the workload is, in its namespace
     * @param identity SPIFFE ID of the workload
     */
    record Shell(
            boolean meshed,
            String serviceAccount,
            String identity,
            List<Integer> skipInboundPorts,
            List<Integer> skipOutboundPorts) {

        Shell {
            skipInboundPorts = List.copyOf(skipInboundPorts);
            skipOutboundPorts = List.copyOf(skipOutboundPorts);
        }
    }

    /**
     * The application.
     *
     * @param command its words; none for a pod in which nothing runs but what is entered by hand
     * @param user user and group names or numbers it runs as; empty for root
     */
    record App(
            List<String> command,
            Map<String, String> environment,
            Optional<String> workingDirectory,
            Optional<String> user,
            Restart restart) {

        App {
            command = List.copyOf(command);
            environment = Map.copyOf(environment);
        }
    }

    /** When an application that ended is started again. */
    enum Restart {
        ALWAYS,
        ON_FAILURE,
        NEVER;

        boolean after(int exitStatus) {
            return switch (this) {
                case ALWAYS -> true;
                case ON_FAILURE -> exitStatus != 0;
                case NEVER -> false;
            };
        }
    }

    /** A port that the application listens on; the name may be empty. */
    record Port(String name, int number) {}

    /** How to see whether the application takes connections, and whether it lives. */
    record Probes(Optional<Probe> readiness, Optional<Probe> liveness) {}

    /** One probe, as kubelet has them. */
    record Probe(Check check, Duration period, Duration timeout, int failureThreshold, Duration initialDelay) {}

    /** What a probe does. */
    sealed interface Check {

        /** A GET to the pod's address; any status from 200 to 399 is a success. */
        record HttpGet(String path, int port) implements Check {}

        /** A connection to the pod's address. */
        record TcpSocket(int port) implements Check {}

        /** A command in the pod. */
        record Exec(List<String> command) implements Check {

            public Exec {
                command = List.copyOf(command);
            }
        }
    }
}
