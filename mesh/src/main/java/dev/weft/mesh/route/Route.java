package dev.weft.mesh.route;

import static java.util.Objects.requireNonNull;

import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.model.Service;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A route: how requests to the ports of some Services are handled.
 *
 * @param created creation time; empty where it is not known, as in files. The older of two routes has precedence
 * @param hostnames host names; they have no effect for a route whose parent is a Service, because the Gateway API
 *     ignores them
 * @param parents the Services whose requests the route handles
 * @param rules in the order in which they are written
 */
public record Route(
        RouteName name, Optional<Instant> created, List<String> hostnames, List<Parent> parents, List<Rule> rules) {

    /** Most parents, as in the Gateway API. */
    public static final int MAX_PARENTS = 32;

    /** Most host names, as in the Gateway API. */
    public static final int MAX_HOSTNAMES = 16;

    /** Most rules, as in the Gateway API. */
    public static final int MAX_RULES = 16;

    /** Most matches of all rules together, as in the Gateway API. */
    public static final int MAX_MATCHES = 128;

    /** @throws IllegalArgumentException if a list has too many entries */
    public Route {
        requireNonNull(name, "name");
        requireNonNull(created, "created");
        hostnames = Limits.checked("hostnames", hostnames, MAX_HOSTNAMES);
        parents = Limits.checked("parents", parents, MAX_PARENTS);
        rules = Limits.checked("rules", rules, MAX_RULES);
        int matches = rules.stream().mapToInt(rule -> rule.matches().size()).sum();
        Limits.check("matches", matches, MAX_MATCHES);
    }

    /**
     * A Service whose requests the route handles.
     *
     * @param service name of the Service; only Services of the route's own namespace count
     * @param port number of a port; null for every port
     * @param portName name of a port; null for any name
     */
    public record Parent(
            ObjectName service,
            @Nullable Integer port,
            @Nullable String portName) {

        /** Whether the parent includes a port of the Service. */
        public boolean means(Service.Port candidate) {
            return (port == null || port == candidate.port())
                    && (portName == null || portName.equals(candidate.name()));
        }

        @Override
        public String toString() {
            return "Service " + service + (port == null ? "" : " port " + port)
                    + (portName == null ? "" : " port " + portName);
        }
    }

    /** Returns a copy with this creation time. */
    public Route withCreated(Instant time) {
        return new Route(name, Optional.of(time), hostnames, parents, rules);
    }

    /** The namespace of the route. */
    public String namespace() {
        return name.name().namespace();
    }

    /** Returns the parents in the route's own namespace. Only these can count. */
    public Stream<Parent> ownParents() {
        return parents.stream().filter(parent -> parent.service().namespace().equals(namespace()));
    }

    /** Returns the backends and mirrors of all rules. */
    public Stream<Backend> backends() {
        return rules.stream().flatMap(Rule::allBackends);
    }
}
