package dev.weft.mesh.model;

import java.time.Duration;
import java.util.List;

/**
 * How to ask a workload whether it is well.
 *
 * @param action what is done
 * @param initialDelay before the first time
 * @param period between two times
 * @param timeout of one time
 * @param failureThreshold failures in a row until the workload counts as not well
 */
public record Probe(Action action, Duration initialDelay, Duration period, Duration timeout, int failureThreshold) {

    /** What a probe does. */
    public sealed interface Action {}

    /** An HTTP GET; a status of 200 to 399 is well. */
    public record HttpGet(String path, int port) implements Action {}

    /** The opening of a TCP connection. */
    public record TcpSocket(int port) implements Action {}

    /** A program inside the workload; exit status 0 is well. */
    public record Exec(List<String> command) implements Action {
        public Exec {
            command = List.copyOf(command);
        }
    }
}
