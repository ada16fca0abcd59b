package dev.weft.bench.pairs;

import dev.weft.bench.lab.Pause;
import dev.weft.bench.load.LoadAgent;
import dev.weft.bench.load.LoadCommand;
import dev.weft.bench.load.LoadFailedException;
import dev.weft.bench.settings.Workload;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Two proxies that are compared as a pair, with their load generator. */
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

    default boolean carries(Workload workload) {
        return !workload.overHttp2() || http2Target().isPresent();
    }

    /** Returns a command line that runs a program next to the client, on the core for load. */
    List<String> besideClient(List<String> program);

    /** The load generator in the client's network namespace. */
    LoadAgent load();

    /** Returns the roots of the two proxies' process trees, the client's first. */
    List<Integer> processes();

    /** Whether its first seconds differ from later ones, as for a program that is compiled while it runs. */
    default boolean needsWarmUp() {
        return false;
    }

    /** Measures starts of one proxy on an otherwise idle machine; empty if the pair cannot tell when it is ready. */
    default List<StartFigure> starts(int times) {
        return List.of();
    }

    /**
     * Returns when a request passes; called after both proxies were started.
     *
     * @param logs returns the logs of the proxies, for the error message
     * @throws IllegalStateException if no request passes in time
     */
    default void awaitFirstRequest(Supplier<String> logs) {
        int attempts = 100;
        int pauseMillis = 50;
        LoadCommand open = new LoadCommand.Open(target().host(), target().port(), 1, "/1k");
        String problem = "";
        for (int attempt = 0; attempt < attempts; attempt++) {
            try {
                long errors = load().run(open).errors();
                load().run(new LoadCommand.Close());
                if (errors == 0) {
                    return;
                }
            } catch (LoadFailedException e) {
                problem = String.valueOf(e.getMessage());
            }
            Pause.millis(pauseMillis);
        }
        throw new IllegalStateException("%s: no request gets through (expected: within %d ms): %s%n%s"
                .formatted(name(), attempts * pauseMillis, problem, logs.get()));
    }

    /** Replaces both proxies by fresh ones; returns when a request passes. */
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
