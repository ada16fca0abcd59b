package dev.weft.control.explain;

import dev.weft.api.v1.RoutedBackend;
import dev.weft.api.v1.RoutedMatch;
import dev.weft.mesh.registry.Snapshot;
import dev.weft.mesh.route.Backend;
import dev.weft.mesh.route.HeadChanges;
import dev.weft.mesh.route.Mirror;
import dev.weft.mesh.route.PortRoutes;
import dev.weft.mesh.route.Redirect;
import dev.weft.mesh.route.Retry;
import dev.weft.mesh.route.RouteName;
import dev.weft.mesh.route.Rule;
import dev.weft.mesh.select.RouteReferences;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Describes the route matches of one port in words. */
record RoutedMatches(PortRoutes routes, Snapshot objects) {

    /** Decimal places from millionths to percent: a millionth is a ten-thousandth of a percent. */
    private static final int PERCENT_SCALE = 4;

    /**
     * Describes one match.
     *
     * @param unmet which condition the request does not meet; may be empty
     */
    RoutedMatch message(int index, String unmet) {
        PortRoutes.Ranked ranked = routes.matches().get(index);
        PortRoutes.Placed placed = routes.rules().get(ranked.rule());
        Rule rule = placed.rule();
        RoutedMatch.Builder message = RoutedMatch.newBuilder()
                .setMatch(ranked.match().toString())
                .setRoute(placed.route().toString())
                .setRule(placed.shortName())
                .setRequestTimeoutMillis((int) rule.timeouts().request().toMillis())
                .setBackendTimeoutMillis((int) rule.timeouts().backend().toMillis())
                .addAllDoes(does(rule))
                .setUnmet(unmet);
        rule.backends().forEach(backend -> message.addBackends(backend(placed.route(), backend)));
        return message.build();
    }

    private RoutedBackend backend(RouteName route, Backend backend) {
        return RoutedBackend.newBuilder()
                .setService(backend.service().toString())
                .setPort(backend.port())
                .setWeight(backend.weight())
                .setProblem(RouteReferences.unmet(route, backend, objects)
                        .map(RouteReferences.Unmet::message)
                        .orElse(""))
                .build();
    }

    /** Returns what a rule does besides forwarding requests. */
    private static List<String> does(Rule rule) {
        List<String> does = new ArrayList<>();
        rule.redirect().ifPresent(redirect -> does.add(inWords(redirect)));
        does.addAll(inWords(rule.changes()));
        for (Backend backend : rule.backends()) {
            inWords(backend.changes())
                    .forEach(change ->
                            does.add("for " + backend.service().name() + ":" + backend.port() + " " + change));
        }
        rule.mirrors().forEach(mirror -> does.add(inWords(mirror)));
        rule.retry().ifPresent(retry -> does.add(inWords(retry)));
        return does;
    }

    private static String inWords(Redirect redirect) {
        String scheme = redirect.scheme() == null ? "" : redirect.scheme() + "://";
        String host = redirect.hostname() == null ? "" : redirect.hostname();
        String port = redirect.port() == null ? "" : ":" + redirect.port();
        String path = redirect.path().map(RoutedMatches::inWords).orElse("");
        String where = scheme + host + port + path;
        return "answers " + redirect.status() + (where.isEmpty() ? "" : " to " + where);
    }

    private static List<String> inWords(HeadChanges changes) {
        List<String> words = new ArrayList<>();
        if (changes.hostname() != null) {
            words.add("sets host " + changes.hostname());
        }
        changes.path().ifPresent(path -> words.add("sets path " + inWords(path)));
        changes.request().forEach(change -> words.add(inWords(change)));
        changes.response().forEach(change -> words.add(inWords(change) + " in responses"));
        return words;
    }

    private static String inWords(HeadChanges.PathChange change) {
        return switch (change) {
            case HeadChanges.PathChange.Full(String full) -> full;
            case HeadChanges.PathChange.Prefix(String prefix) -> prefix + "/…";
        };
    }

    private static String inWords(HeadChanges.FieldChange change) {
        return switch (change) {
            case HeadChanges.FieldChange.Set(String name, String _) -> "sets " + name;
            case HeadChanges.FieldChange.Add(String name, String _) -> "adds " + name;
            case HeadChanges.FieldChange.Remove(String name) -> "removes " + name;
        };
    }

    private static String inWords(Mirror mirror) {
        String share = mirror.millionths() == Mirror.ALL
                ? ""
                : " "
                        + BigDecimal.valueOf(mirror.millionths(), PERCENT_SCALE)
                                .stripTrailingZeros()
                                .toPlainString() + "%";
        return "copies" + share + " to " + mirror.backend().service().name() + ":"
                + mirror.backend().port();
    }

    private static String inWords(Retry retry) {
        String statuses = retry.statuses().stream().map(String::valueOf).collect(Collectors.joining(","));
        return "tries again " + retry.attempts() + "x" + (statuses.isEmpty() ? "" : " after " + statuses);
    }
}
