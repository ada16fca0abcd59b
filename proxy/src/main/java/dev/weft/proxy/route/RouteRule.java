package dev.weft.proxy.route;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is done with the requests of a match.
 *
 * @param name for people, as "HTTPRoute shop/api rule 2"
 * @param mirrors what copies of its requests go to
 * @param redirect the answer to all of them, if there is one
 * @param requestTimeout from a request's head to its response's end, over all attempts; zero for no end
 * @param backendTimeout of one attempt; zero for no end
 * @param retry which statuses are tried again, if any
 */
public record RouteRule(
        String name,
        List<Backend> backends,
        List<Mirror> mirrors,
        @Nullable Redirect redirect,
        Duration requestTimeout,
        Duration backendTimeout,
        @Nullable Retry retry) {
    /** Backends of one rule. */
    public static final int MAX_BACKENDS = 16;
    /** Mirrors of one rule. */
    public static final int MAX_MIRRORS = 16;

    public RouteRule {
        backends = List.copyOf(backends);
        mirrors = List.copyOf(mirrors);
    }

    /** Where requests and copies of them go. */
    Stream<Backend> allBackends() {
        return Stream.concat(backends.stream(), mirrors.stream().map(Mirror::backend));
    }

    /** The backend for one request, by weight; empty if there is none, or the one that is chosen does not exist. */
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
