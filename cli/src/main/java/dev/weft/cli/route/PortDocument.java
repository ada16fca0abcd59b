package dev.weft.cli.route;

import dev.weft.api.v1.RoutedBackend;
import dev.weft.api.v1.RoutedMatch;
import dev.weft.api.v1.RoutedPort;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The routes of one port of a Service, as a document.
 *
 * @param service "namespace/name"
 * @param port the port; null where the document has only unused routes
 * @param portName the name of the port; null if it has none
 * @param notObeyed why no caller obeys the routes; null if they are obeyed
 * @param matches the matches in the order in which they are tried; if empty, requests go to the endpoints of the
 *     Service
 * @param unused routes that name the Service but have no effect
 * @param taken the number of the match that the request takes, from 1; null if it takes none, or if the question had no
 *     request
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
     * @param order its place in the order, from 1
     * @param rule name of the rule, or its number in the route
     * @param requestTimeoutMillis limit for the whole request; 0 for no limit
     * @param backendTimeoutMillis limit for one attempt; 0 for no limit
     * @param does what else the rule does, in words
     * @param unmet the part of the match that the request does not meet; null if it meets all, or if the question had
     *     no request
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
     * A destination of requests.
     *
     * @param port port of the Service
     * @param share its share of the rule's requests, from 0 to 1
     * @param problem why its share is answered with 500; null if requests arrive there
     */
    public record Backend(
            String service,
            int port,
            long weight,
            double share,
            @Nullable String problem) {}

    /** A route that has no effect, and why. */
    public record Unused(String route, String reason) {}

    /** Makes the document from the control plane's answer. */
    public static PortDocument of(RoutedPort explained) {
        List<Match> matches = new ArrayList<>();
        for (RoutedMatch match : explained.getMatchesList()) {
            matches.add(match(matches.size() + 1, match));
        }
        return new PortDocument(
                explained.getService(),
                explained.getPort() == 0 ? null : explained.getPort(),
                orNull(explained.getPortName()),
                orNull(explained.getNotObeyed()),
                matches,
                explained.getUnusedList().stream()
                        .map(unused -> new Unused(unused.getRoute(), unused.getReason()))
                        .toList(),
                explained.getTaken() == 0 ? null : explained.getTaken());
    }

    private static Match match(int order, RoutedMatch explained) {
        long total = explained.getBackendsList().stream()
                .mapToLong(RoutedBackend::getWeight)
                .sum();
        return new Match(
                order,
                explained.getMatch(),
                explained.getRoute(),
                explained.getRule(),
                explained.getBackendsList().stream()
                        .map(backend -> new Backend(
                                backend.getService(),
                                backend.getPort(),
                                backend.getWeight(),
                                total == 0 ? 0 : (double) backend.getWeight() / total,
                                orNull(backend.getProblem())))
                        .toList(),
                explained.getRequestTimeoutMillis(),
                explained.getBackendTimeoutMillis(),
                explained.getDoesList(),
                orNull(explained.getUnmet()));
    }

    /** Whether a request of this port finds a destination: it takes a match, or nothing is routed. */
    public boolean leadsSomewhere() {
        return port == null || matches.isEmpty() || notObeyed != null || taken != null;
    }

    private static @Nullable String orNull(String text) {
        return text.isEmpty() ? null : text;
    }
}
