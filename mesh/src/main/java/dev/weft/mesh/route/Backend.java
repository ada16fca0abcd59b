package dev.weft.mesh.route;

import static java.util.Objects.requireNonNull;

import dev.weft.mesh.model.ObjectName;

/**
 * A Service to which a rule sends requests.
 *
 * @param kind {@code Service}; a backend of any other kind gets no requests
 * @param service name of the Service; one in another namespace than the route's needs a {@link ReferenceGrant} there
 * @param weight share relative to the rule's other backends; 0 gets no requests
 * @param changes changes to the heads of requests that go to this backend
 */
public record Backend(String kind, ObjectName service, int port, int weight, HeadChanges changes) {

    /** The only kind that can get requests. */
    public static final String SERVICE = "Service";

    /** The largest weight, as in the Gateway API. */
    public static final int MAX_WEIGHT = 1_000_000;

    /** @throws IllegalArgumentException if the weight is out of range */
    public Backend {
        requireNonNull(kind, "kind");
        requireNonNull(service, "service");
        requireNonNull(changes, "changes");
        Limits.checkRange("weight", weight, MAX_WEIGHT);
    }

    @Override
    public String toString() {
        return kind + " " + service + " port " + port;
    }
}
