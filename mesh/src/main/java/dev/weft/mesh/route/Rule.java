package dev.weft.mesh.route;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A rule of a route: what happens to requests that meet one of its matches.
 *
 * @param name null if the rule has no name
 * @param matches at least one
 * @param backends Services that get the requests, by weight; without any backend and without a redirect, a request is
 *     answered with 500
 * @param mirrors Services that get a copy of the request
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

    /** @throws IllegalArgumentException if a list has too many entries, or there is no match */
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

    /** Returns the backends of the rule and of its mirrors. */
    public Stream<Backend> allBackends() {
        return Stream.concat(backends.stream(), mirrors.stream().map(Mirror::backend));
    }
}
