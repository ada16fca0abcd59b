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
 * A route: how requests to the ports of some Services go.
 *
 * @param name which one
 * @param created when it was made; empty where that is not known, as in files. Of two routes the older comes first
 * @param hostnames which a route with a Service as parent says in vain: the Gateway API ignores them
 * @param parents the Services
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

    /** @throws IllegalArgumentException if there are more of something than may be */
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
     * A Service whose requests the route is about.
     *
     * @param service its name; only one of the route's own namespace counts
     * @param port null for each port
     * @param portName null for any name
     */
    public record Parent(
            ObjectName service,
            @Nullable Integer port,
            @Nullable String portName) {

        /** Whether a port of the Service is meant. */
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

    /** As above, made at this time. */
    public Route withCreated(Instant time) {
        return new Route(name, Optional.of(time), hostnames, parents, rules);
    }

    /** Its namespace. */
    public String namespace() {
        return name.name().namespace();
    }

    /** The parents that may count: those of its own namespace. */
    public Stream<Parent> ownParents() {
        return parents.stream().filter(parent -> parent.service().namespace().equals(namespace()));
    }

    /** All backends and mirrors. */
    public Stream<Backend> backends() {
        return rules.stream().flatMap(Rule::allBackends);
    }
}
