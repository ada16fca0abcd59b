package dev.weft.proxy.balance;

import dev.weft.proxy.mesh.Route.Endpoint;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

/**
 * Decides whether endpoints that ask to be left alone are: as long as at least half of all endpoints of their
 * destination are left. An application may ask it because of one of its users, and the others would get the load of
 * all. Belongs to one event loop.
 */
final class Spared {
    /** How long a count of the endpoints that are left is reused, in nanoseconds. */
    private static final long COUNTED_FOR = Duration.ofMillis(100).toNanos();

    private boolean asked;
    private long askedUntil;
    private List<Endpoint> counted = List.of();
    private long countedAt;
    private boolean enough;

    /** Called when an endpoint asks to be left alone until this moment. */
    void asked(long until) {
        askedUntil = asked ? askedUntil + Math.max(0, until - askedUntil) : until;
        asked = true;
        counted = List.of();
    }

    /** Whether any endpoint may ask to be left alone now. */
    boolean any(long now) {
        return asked && now - askedUntil < 0;
    }

    /**
     * Whether those of these endpoints that ask it are left alone.
     *
     * @param isLeft whether an endpoint would still get requests
     */
    @SuppressWarnings("ReferenceEquality") // the endpoints of a destination are replaced as a whole
    boolean of(List<Endpoint> endpoints, Predicate<Endpoint> isLeft, long now) {
        if (counted != endpoints || now - countedAt >= COUNTED_FOR) {
            counted = endpoints;
            countedAt = now;
            enough = 2 * endpoints.stream().filter(isLeft).count() >= endpoints.size();
        }
        return enough;
    }
}
