package dev.weft.bench.settings;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** A kind of load on each pair. */
public enum Workload {
    /** Small requests on persistent connections, as many as the proxies can carry. */
    KEEP_ALIVE("1 KiB keep-alive, saturated", "µs/request", 1e6),
    /** Small requests on persistent connections at a moderate fixed rate, at which nothing can be batched. */
    FIXED_RATE("1 KiB at a fixed rate", "µs/request", 1e6),
    /** Medium responses on persistent connections. */
    MEDIUM("64 KiB responses, saturated", "µs/request", 1e6),
    /** One long download. */
    BULK("bulk download", "s/GiB", 1),
    /** A new connection for each request: accept, connect, and for the peers a handshake. */
    CONNECTIONS("new connections", "µs/connection", 1e6),
    /** Small requests over HTTP/2 by prior knowledge, sent by h2load. */
    HTTP2("1 KiB over HTTP/2, h2load", "µs/request", 1e6),
    /** Unary gRPC calls, sent by h2load. */
    GRPC("unary gRPC, h2load", "µs/call", 1e6);

    /** The workloads that any TCP proxy can carry. */
    public static final List<Workload> TCP = List.of(KEEP_ALIVE, FIXED_RATE, MEDIUM, BULK, CONNECTIONS);

    private final String title;
    private final String cpuUnit;
    private final double cpuScale;

    Workload(String title, String cpuUnit, double cpuScale) {
        this.title = title;
        this.cpuUnit = cpuUnit;
        this.cpuScale = cpuScale;
    }

    /**
     * Returns the workload of this name, such as {@code keep-alive}.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Workload of(String name) {
        return Stream.of(values())
                .filter(workload ->
                        workload.name().equals(name.toUpperCase(Locale.ROOT).replace('-', '_')))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("--workloads: " + name
                        + " (expected: keep-alive, fixed-rate, medium, bulk, connections, http2 or grpc)"));
    }

    /** Whether h2load sends the load, so that the pair must carry HTTP/2. */
    public boolean overHttp2() {
        return this == HTTP2 || this == GRPC;
    }

    /** Its name in tables. */
    public String title() {
        return title;
    }

    /** The unit of CPU for each unit of work. */
    public String cpuUnit() {
        return cpuUnit;
    }

    /** Factor from CPU seconds for each unit of work to {@link #cpuUnit()}. */
    public double cpuScale() {
        return cpuScale;
    }
}
