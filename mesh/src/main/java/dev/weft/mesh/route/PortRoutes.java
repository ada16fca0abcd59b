package dev.weft.mesh.route;

import dev.weft.mesh.model.Service;
import dev.weft.mesh.table.SortedTable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The routes of one port of a Service, merged into one list of matches.
 *
 * @param matches in order of precedence: the first match that a request meets decides its rule
 * @param rules the rules that the matches lead to
 * @param leftOut routes that exceed the limits; no part of them is in force at this port
 * @param conflicted HTTPRoutes that do not count because a GRPCRoute is in force at this port
 */
public record PortRoutes(
        List<Ranked> matches, List<Placed> rules, List<RouteName> leftOut, List<RouteName> conflicted) {

    /** Most matches of a port. */
    public static final int MAX_MATCHES = 1_024;

    /** Most rules of a port, and most different backends of all its rules. */
    public static final int MAX_RULES = 256;

    /**
     * Approximate limit of the characters of all routes of a port. Together with the endpoints they must fit into a
     * message that a proxy accepts, 4 MiB.
     */
    public static final int MAX_SIZE = 512 * 1024;

    /** The limits in words, for error messages. */
    public static final String LIMITS = "%,d matches, %d rules, %2$d backends and %d KiB of all its routes"
            .formatted(MAX_MATCHES, MAX_RULES, MAX_SIZE / 1024);

    /** No routes. */
    public static final PortRoutes NONE = new PortRoutes(List.of(), List.of(), List.of(), List.of());

    /** Order of routes whose matches are of equal rank: the older route first, then by name. */
    private static final Comparator<Route> ELDEST_FIRST = Comparator.comparing(
                    (Route route) -> route.created().orElse(Instant.MAX))
            .thenComparing(Route::name);

    /** GRPCRoutes before HTTPRoutes: one that is in force at a port keeps the HTTPRoutes out (GEP-1294). */
    private static final Comparator<Route> CALLS_FIRST =
            Comparator.comparing((Route route) -> !isOfCalls(route)).thenComparing(ELDEST_FIRST);

    /**
     * Precedence of the Gateway API, for both kinds of routes. Equal matches keep the order of the routes and of their
     * rules.
     */
    private static final Comparator<Ranked> PRECEDENCE = Comparator.comparingLong(
                    (Ranked ranked) -> pathRank(ranked.match().path()))
            .thenComparing(ranked -> ranked.match().method() == null)
            .thenComparingInt(ranked -> -ranked.match().headers().size())
            .thenComparingInt(ranked -> -ranked.match().query().size());

    private static final int EXACT = 0;
    private static final int LONGEST = 1;
    /** Greater than the length of any path or name. */
    private static final long LONG = 1 << 20;

    public PortRoutes {
        matches = List.copyOf(matches);
        rules = List.copyOf(rules);
        leftOut = List.copyOf(leftOut);
        conflicted = List.copyOf(conflicted);
    }

    /**
     * A match and the rule that it leads to.
     *
     * @param rule index into the rules
     */
    public record Ranked(Match match, int rule) {}

    /**
     * A rule and its position.
     *
     * @param number number of the rule in its route, from 1
     */
    public record Placed(RouteName route, int number, Rule rule) {

        /** Returns the rule's name if it has one, otherwise its number. */
        public String shortName() {
            return rule.name() == null ? Integer.toString(number) : rule.name();
        }

        /** Returns {@code HTTPRoute shop/api rule 2}, or with the rule's name in place of its number. */
        @Override
        public String toString() {
            return route + " rule " + shortName();
        }
    }

    /** Returns the routes of one port of a Service; the port is the Service's. */
    public static PortRoutes at(Service service, Service.Port port, Map<RouteName, Route> all) {
        return of(service, all).getOrDefault(port.port(), NONE);
    }

    /** Returns the routes of each port of a Service, by port number. Ports with the same routes share one object. */
    public static Map<Integer, PortRoutes> of(Service service, Map<RouteName, Route> all) {
        List<Route> about = ofNamespace(all, service.name().namespace()).stream()
                .filter(route ->
                        route.ownParents().anyMatch(parent -> parent.service().equals(service.name())))
                .toList();
        Map<List<Route>, PortRoutes> made = new HashMap<>();
        Map<Integer, PortRoutes> ofPorts = new HashMap<>();
        for (Service.Port port : service.ports()) {
            List<Route> there = about.stream()
                    .filter(route -> isAbout(route, service, port))
                    .toList();
            ofPorts.put(port.port(), there.isEmpty() ? NONE : made.computeIfAbsent(there, PortRoutes::of));
        }
        return ofPorts;
    }

    /** Whether a port of a Service is among a route's parents. */
    public static boolean isAbout(Route route, Service service, Service.Port port) {
        return route.ownParents().anyMatch(parent -> parent.service().equals(service.name()) && parent.means(port));
    }

    /** Returns the routes of a namespace, sorted by name. */
    public static List<Route> ofNamespace(Map<RouteName, Route> all, String namespace) {
        return SortedTable.copyOf(all)
                .range(RouteName.first(namespace), route -> route.name().isIn(namespace))
                .toList();
    }

    private static boolean isOfCalls(Route route) {
        return route.name().kind() == RouteKind.GRPC;
    }

    /** Merges routes of the same port. */
    static PortRoutes of(Collection<Route> routes) {
        List<Ranked> matches = new ArrayList<>();
        List<Placed> rules = new ArrayList<>();
        List<RouteName> leftOut = new ArrayList<>();
        Set<String> backends = new HashSet<>();
        int room = MAX_SIZE;
        boolean calls = false;
        List<RouteName> conflicted = new ArrayList<>();
        for (Route route : routes.stream().sorted(CALLS_FIRST).toList()) {
            if (calls && !isOfCalls(route)) {
                conflicted.add(route.name());
                continue;
            }
            int size = RouteSize.of(route);
            int more = route.rules().stream()
                    .mapToInt(rule -> rule.matches().size())
                    .sum();
            Set<String> leadTo = new HashSet<>(backends);
            route.backends().forEach(backend -> leadTo.add(backend.toString()));
            if (matches.size() + more > MAX_MATCHES
                    || rules.size() + route.rules().size() > MAX_RULES
                    || leadTo.size() > MAX_RULES
                    || size > room) {
                leftOut.add(route.name());
                continue;
            }
            room -= size;
            backends = leadTo;
            calls |= isOfCalls(route);
            for (int i = 0; i < route.rules().size(); i++) {
                Rule rule = route.rules().get(i);
                int index = rules.size();
                rules.add(new Placed(route.name(), i + 1, rule));
                rule.matches().forEach(match -> matches.add(new Ranked(match, index)));
            }
        }
        matches.sort(PRECEDENCE);
        return new PortRoutes(matches, rules, leftOut, conflicted);
    }

    /**
     * Returns the rank of a path condition: exact paths first, then the longest prefixes, then methods of any gRPC
     * service, then conditions that every path meets.
     */
    private static long pathRank(Match.PathMatch path) {
        return switch (path) {
            case Match.PathMatch.Exact _ -> EXACT;
            case Match.PathMatch.Prefix(String prefix) ->
                prefix.equals("/") ? LONGEST + 2 * LONG : LONGEST + LONG - prefix.length();
            case Match.PathMatch.GrpcMethod(String name) -> LONGEST + 2 * LONG - name.length();
            case Match.PathMatch.Any _ -> LONGEST + 2 * LONG + 1;
        };
    }

    /** Whether no route is in force. */
    public boolean isNone() {
        return rules.isEmpty();
    }
}
