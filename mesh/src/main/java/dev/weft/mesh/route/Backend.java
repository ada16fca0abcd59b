package dev.weft.mesh.route;

import static java.util.Objects.requireNonNull;

import dev.weft.mesh.model.ObjectName;

/**
 * A Service that requests go to.
 *
 * @param kind as {@code Service}; what is none leads nowhere
 * @param service its name; one of another namespace than the route's leads there where a {@link ReferenceGrant} permits it
 * @param port its port
 * @param weight relative to the rule's other backends; 0 gets nothing
 * @param changes of the heads of requests that go there
 */
public record Backend(String kind, ObjectName service, int port, int weight, HeadChanges changes) {

    /** The one kind that leads somewhere. */
    public static final String SERVICE = "Service";

    /** The largest weight, as in the Gateway API. */
    public static final int MAX_WEIGHT = 1_000_000;

    /** @throws IllegalArgumentException if the weight is out of range */
    public Backend {
        requireNonNull(kind, "kind");
        requireNonNull(service, "service");
        requireNonNull(changes, "changes");
        if (weight < 0 || weight > MAX_WEIGHT) {
            throw new IllegalArgumentException("weight: " + weight + " (expected: 0-" + MAX_WEIGHT + ")");
        }
    }

    @Override
    public String toString() {
        return kind + " " + service + " port " + port;
    }
}
