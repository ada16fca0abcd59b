package dev.weft.cli.route;

import dev.weft.api.v1.RoutedBackend;
import dev.weft.api.v1.RoutedMatch;
import dev.weft.api.v1.RoutedPort;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The routes of one port of a Service, as programs see them.
 *
 * @param service "namespace/name"
 * @param port null where only unused routes are told
 * @param notObeyed why no caller obeys them; null if they are obeyed
 * @param matches in the order in which they are tried; none: requests go to the endpoints of the Service
 * @param unused routes that name the Service and do not count
 * @param taken which match the request takes, from 1; null if none, or if none was asked about
 */
public record PortDocument(
        String service,
        @Nullable Integer port,
        @Nullable String portName,
        @Nullable String notObeyed,
        List<Match> matches,
        List<Unused> unused,
        @Nullable Integer taken) {

    public PortDocument {
        matches = List.copyOf(matches);
        unused = List.copyOf(unused);
    }

    /**
     * A match and what it leads to.
     *
     * @param order from 1
     * @param rule its name, or its number in the route
     * @param requestTimeoutMillis 0: without an end
     * @param backendTimeoutMillis of one attempt; 0: without an end
     * @param does what else the rule does, in words
     * @param unmet what the request does not have of it; null if it has all, or if none was asked about
     */
    public record Match(
            int order,
            String match,
            String route,
            String rule,
            List<Backend> backends,
            long requestTimeoutMillis,
            long backendTimeoutMillis,
            List<String> does,
            @Nullable String unmet) {

        public Match {
            backends = List.copyOf(backends);
            does = List.copyOf(does);
        }
    }

    /**
     * Where requests go.
     *
     * @param share of the rule's requests, from 0 to 1
     * @param problem why its share is answered with 500; null if it arrives
     */
    public record Backend(
            String service,
            int port,
            long weight,
            double share,
            @Nullable String problem) {}

    /** A route that does not count, and why. */
    public record Unused(String route, String reason) {}

    /** Of what was told. */
    public static PortDocument of(RoutedPort told) {
        List<Match> matches = new ArrayList<>();
        for (RoutedMatch match : told.getMatchesList()) {
            matches.add(match(matches.size() + 1, match));
        }
        return new PortDocument(
                told.getService(),
                told.getPort() == 0 ? null : told.getPort(),
                orNull(told.getPortName()),
                orNull(told.getNotObeyed()),
                matches,
                told.getUnusedList().stream()
                        .map(unused -> new Unused(unused.getRoute(), unused.getReason()))
                        .toList(),
                told.getTaken() == 0 ? null : told.getTaken());
    }

    private static Match match(int order, RoutedMatch told) {
        long total = told.getBackendsList().stream()
                .mapToLong(RoutedBackend::getWeight)
                .sum();
        return new Match(
                order,
                told.getMatch(),
                told.getRoute(),
                told.getRule(),
                told.getBackendsList().stream()
                        .map(backend -> new Backend(
                                backend.getService(),
                                backend.getPort(),
                                backend.getWeight(),
                                total == 0 ? 0 : (double) backend.getWeight() / total,
                                orNull(backend.getProblem())))
                        .toList(),
                told.getRequestTimeoutMillis(),
                told.getBackendTimeoutMillis(),
                told.getDoesList(),
                orNull(told.getUnmet()));
    }

    /** Whether requests of this port find a way: by the match that was taken, or where nothing is routed. */
    public boolean leadsSomewhere() {
        return port == null || matches.isEmpty() || notObeyed != null || taken != null;
    }

    private static @Nullable String orNull(String text) {
        return text.isEmpty() ? null : text;
    }
}
