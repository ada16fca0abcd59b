package dev.weft.proxy.route;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What to do with the requests that meet a match.
 *
 * @param name name for people, such as "HTTPRoute shop/api rule 2"
 * @param mirrors Services that copies of the requests are sent to
 * @param redirect response to all requests; null to send them to the backends
 * @param requestTimeout longest time from a request's head to its response's end, over all attempts; zero for no limit
 * @param backendTimeout longest time of one attempt; zero for no limit
 * @param retry which responses are retried; null for none
 */
public record RouteRule(
        String name,
        List<Backend> backends,
        List<Mirror> mirrors,
        @Nullable Redirect redirect,
        Duration requestTimeout,
        Duration backendTimeout,
        @Nullable Retry retry) {
    /** The most backends of one rule. */
    public static final int MAX_BACKENDS = 16;
    /** The most mirrors of one rule. */
    public static final int MAX_MIRRORS = 16;

    public RouteRule {
        backends = List.copyOf(backends);
        mirrors = List.copyOf(mirrors);
    }

    /** Returns the backends of requests and of their copies. */
    Stream<Backend> allBackends() {
        return Stream.concat(backends.stream(), mirrors.stream().map(Mirror::backend));
    }

    /**
     * Chooses the backend for one request at random, by weight. Empty if there is no backend, or the chosen one does
     * not exist.
     */
    public Optional<Backend> choose(RandomGenerator random) {
        long sum = 0;
        for (Backend backend : backends) {
            sum += backend.weight();
        }
        if (sum == 0) {
            return Optional.empty();
        }
        long at = backends.size() == 1 ? 0 : random.nextLong(sum);
        for (Backend backend : backends) {
            at -= backend.weight();
            if (at < 0) {
                return backend.address() == null ? Optional.empty() : Optional.of(backend);
            }
        }
        throw new AssertionError("weights that are less than their sum");
    }
}
