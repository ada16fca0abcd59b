package dev.weft.mesh.route;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What happens to requests that meet one of the matches.
 *
 * @param name null where it has none
 * @param matches at least one
 * @param backends where a request goes, by weight; without any, and without a redirect, it is answered with 500
 * @param changes of the heads
 * @param redirect answers the request itself
 * @param mirrors Services that a request is sent to as well
 * @param timeouts for how long
 * @param retry what is tried again
 */
public record Rule(
        @Nullable String name,
        List<Match> matches,
        List<Backend> backends,
        HeadChanges changes,
        Optional<Redirect> redirect,
        List<Mirror> mirrors,
        Timeouts timeouts,
        Optional<Retry> retry) {

    /** Most matches of a rule. The Gateway API allows more in one rule, but no more than {@link Route#MAX_MATCHES} in a route. */
    public static final int MAX_MATCHES = 64;

    /** Most backends, as in the Gateway API. */
    public static final int MAX_BACKENDS = 16;

    /** Most filters, as in the Gateway API. */
    public static final int MAX_FILTERS = 16;

    /** @throws IllegalArgumentException if there are more of something than may be, or no match */
    public Rule {
        matches = Limits.checked("matches", matches, MAX_MATCHES);
        if (matches.isEmpty()) {
            throw new IllegalArgumentException("matches: none (expected: at least one)");
        }
        backends = Limits.checked("backends", backends, MAX_BACKENDS);
        requireNonNull(changes, "changes");
        requireNonNull(redirect, "redirect");
        mirrors = Limits.checked("mirrors", mirrors, MAX_FILTERS);
        requireNonNull(timeouts, "timeouts");
        requireNonNull(retry, "retry");
    }

    /** Where requests go, mirrored ones too. */
    public Stream<Backend> allBackends() {
        return Stream.concat(backends.stream(), mirrors.stream().map(Mirror::backend));
    }
}
