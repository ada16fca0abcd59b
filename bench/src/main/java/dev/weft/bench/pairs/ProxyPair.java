package dev.weft.bench.pairs;

import dev.weft.bench.load.LoadAgent;
import java.util.List;

/** A pair of proxies under comparison, with what makes load for it. */
public interface ProxyPair extends AutoCloseable {
    /** What it is called in tables. */
    String name();

    /** Program and version, and what of its configuration matters. */
    String description();

    /** Where the client connects to. */
    Target target();

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
