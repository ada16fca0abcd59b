package dev.weft.bench.pairs;

import dev.weft.bench.load.LoadAgent;
import dev.weft.bench.settings.Workload;
import java.util.List;
import java.util.Optional;

/** Two proxies that are compared as a pair, with their load generator; or, for reference, no proxy at all. */
public interface ProxyPair extends AutoCloseable {
    /** The gRPC method of the server. */
    String GRPC_METHOD = "/weft.bench.Echo/Say";

    /** Its name in tables. */
    String name();

    /** Program and version, and the relevant parts of its configuration. */
    String description();

    /** The address to which the client connects. */
    Target target();

    /** The address to which the client connects for HTTP/2 by prior knowledge; empty if the pair does not carry it. */
    default Optional<Target> http2Target() {
        return Optional.empty();
    }

    /** Whether the pair can carry this workload. */
    default boolean carries(Workload workload) {
        return !workload.overHttp2() || http2Target().isPresent();
    }

    /** Returns a command line that runs a program next to the client, on the core for load. */
    List<String> besideClient(List<String> program);

    /** The load generator in the client's network namespace. */
    LoadAgent load();

    /** Returns the roots of the two proxies' process trees, the client's first; empty if there is no proxy. */
    List<Integer> processes();

    /** Whether the pair's first seconds differ from later ones, as for a program that is compiled while it runs. */
    default boolean needsWarmUp() {
        return false;
    }

    /** Measures starts of one proxy on an otherwise idle machine; empty if the pair cannot tell when it is ready. */
    default List<StartFigure> starts(int times) {
        return List.of();
    }

    /** Replaces both proxies by fresh ones; returns when a request passes. Does nothing without proxies. */
    void restart();

    @Override
    void close();

    /**
     * An address to connect to.
     *
     * @param host name or address, as the client knows it
     * @param port a TCP port
     */
    record Target(String host, int port) {}
}
