package dev.weft.mesh.model;

import java.time.Duration;
import java.util.List;

/**
 * A health check of a workload.
 *
 * @param initialDelay time before the first check
 * @param period time between two checks
 * @param timeout longest time of one check
 * @param failureThreshold number of failures in a row after which the workload counts as unhealthy
 */
public record Probe(Action action, Duration initialDelay, Duration period, Duration timeout, int failureThreshold) {

    /** One kind of check. */
    public sealed interface Action {}

    /** Sends an HTTP GET request; a status of 200 to 399 means healthy. */
    public record HttpGet(String path, int port) implements Action {}

    /** Opens a TCP connection; success means healthy. */
    public record TcpSocket(int port) implements Action {}

    /** Calls {@code grpc.health.v1.Health/Check} in plaintext; SERVING means healthy. */
    public record Grpc(int port) implements Action {}

    /** Runs a program inside the workload; exit status 0 means healthy. */
    public record Exec(List<String> command) implements Action {
        public Exec {
            command = List.copyOf(command);
        }
    }
}
