package dev.weft.bench.pairs;

import dev.weft.bench.load.LoadAgent;
import dev.weft.bench.settings.Workload;
import java.util.List;
import java.util.Optional;

/** A pair of proxies under comparison, with what makes load for it. */
public interface ProxyPair extends AutoCloseable {
    /** The method of gRPC that the server has. */
    String GRPC_METHOD = "/weft.bench.Echo/Say";

    /** What it is called in tables. */
    String name();

    /** Program and version, and what of its configuration matters. */
    String description();

    /** Where the client connects to. */
    Target target();

    /** Where the client connects to for HTTP/2 by prior knowledge; empty where the pair does not carry it. */
    default Optional<Target> http2Target() {
        return Optional.empty();
    }

    /** Whether this can be asked of it. */
    default boolean carries(Workload workload) {
        return !workload.overHttp2() || http2Target().isPresent();
    }

    /** A command line that runs a program where the client is, on the core of load. */
    List<String> besideClient(List<String> program);

    /** The generator in the client's network namespace. */
    LoadAgent load();

    /** The roots of the two proxies' process trees: the client's first. */
    List<Integer> processes();

    /** Whether its first seconds differ from the rest: true of what compiles itself while it runs. */
    default boolean needsWarmUp() {
        return false;
    }

    /** Starts of one proxy alone on a machine at rest, where the pair can tell when it is ready. */
    default List<StartFigure> starts(int times) {
        return List.of();
    }

    /** Replaces both proxies by fresh ones; returns when a request gets through. */
    void restart();

    @Override
    void close();

    /**
     * An address to connect to.
     *
     * @param host a name or an address, as the client knows it
     * @param port a TCP port
     */
    record Target(String host, int port) {}
}
