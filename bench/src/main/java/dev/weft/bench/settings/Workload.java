package dev.weft.bench.settings;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** What is asked of each pair. */
public enum Workload {
    /** Small requests on connections that stay, as many as the proxies can carry. */
    KEEP_ALIVE("1 KiB keep-alive, saturated", "µs/request", 1e6),
    /** The same at a moderate fixed rate, where nothing can be batched. */
    FIXED_RATE("1 KiB at a fixed rate", "µs/request", 1e6),
    /** Medium responses on connections that stay. */
    MEDIUM("64 KiB responses, saturated", "µs/request", 1e6),
    /** One long download. */
    BULK("bulk download", "s/GiB", 1),
    /** A connection per request: accept, connect, and for the peers a handshake. */
    CONNECTIONS("new connections", "µs/connection", 1e6),
    /** Small requests over HTTP/2 by prior knowledge, made by h2load. */
    HTTP2("1 KiB over HTTP/2, h2load", "µs/request", 1e6),
    /** Unary calls of gRPC, made by h2load. */
    GRPC("unary gRPC, h2load", "µs/call", 1e6);

    /** What any proxy of TCP can carry. */
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
     * The workload of this name, as {@code keep-alive}.
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

    /** Whether it is made by h2load, and needs a pair that carries HTTP/2. */
    public boolean overHttp2() {
        return this == HTTP2 || this == GRPC;
    }

    /** For tables. */
    public String title() {
        return title;
    }

    /** In which CPU per unit of work is given. */
    public String cpuUnit() {
        return cpuUnit;
    }

    /** From CPU seconds per unit of work to {@link #cpuUnit()}. */
    public double cpuScale() {
        return cpuScale;
    }
}
