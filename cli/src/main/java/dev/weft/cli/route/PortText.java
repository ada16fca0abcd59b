package dev.weft.cli.route;

import dev.weft.cli.route.PortDocument.Backend;
import dev.weft.cli.route.PortDocument.Match;
import dev.weft.cli.screen.Human;
import dev.weft.cli.screen.Listing;
import dev.weft.cli.screen.Screen;
import dev.weft.cli.screen.Style;
import dev.weft.cli.screen.Table;
import dev.weft.cli.screen.Table.Cell;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.SequencedSet;
import java.util.stream.Collectors;

/** Prints the routes of one port of a Service for people. */
public final class PortText {

    private static final double PERCENT = 100;

    private PortText() {}

    /**
     * Prints the routes.
     *
     * @param requested the request of the question, in words; empty if there is none
     */
    public static void print(Screen screen, PortDocument port, String requested) {
        if (port.port() == null) {
            screen.line("Service " + screen.paint(Style.NAME, port.service()) + ": routes without effect");
        } else {
            String name = port.portName() == null ? "" : " (" + port.portName() + ")";
            screen.line("Service " + screen.paint(Style.NAME, port.service()) + " port " + port.port() + name);
        }
        if (port.notObeyed() != null) {
            screen.text(screen.paint(Style.WARNING, "! ") + "not applied: " + port.notObeyed());
        }
        if (port.port() != null && port.matches().isEmpty()) {
            screen.line("  no route: requests go to the endpoints of the Service");
        }
        if (!requested.isEmpty() && !port.matches().isEmpty()) {
            answer(screen, port, requested);
        }
        if (!port.matches().isEmpty()) {
            screen.table(table(port, !requested.isEmpty()));
        }
        problems(port).forEach(problem -> screen.text(screen.paint(Style.WARNING, "! ") + problem));
        port.unused()
                .forEach(unused ->
                        screen.text(screen.paint(Style.WARNING, "! ") + unused.route() + ": " + unused.reason()));
    }

    private static void answer(Screen screen, PortDocument port, String requested) {
        if (port.taken() == null) {
            screen.text("  " + requested + " " + screen.paint(Style.BAD, "fits no match")
                    + ": the answer is 404 (for gRPC: UNIMPLEMENTED)");
            return;
        }
        Match match = port.matches().get(port.taken() - 1);
        String where = goesTo(port, match);
        screen.text("  " + requested + " takes " + screen.paint(Style.GOOD, "match " + match.order()) + ", "
                + match.route() + " rule " + match.rule() + (where.equals("-") ? "" : ": " + where));
    }

    private static Table table(PortDocument port, boolean requested) {
        Listing<Match> listing = Listing.of(port.matches())
                .numbers("#", Match::order)
                .shrinkable("MATCH", match -> Cell.name(match.match()))
                .shrinkable("GOES TO", match -> goesTo(port, match))
                .shrinkable("ROUTE", 3, Match::route)
                .column("RULE", 3, Match::rule)
                .numbers("TIMEOUT", 2, PortText::timeout)
                .shrinkable("DOES", 1, match -> match.does().isEmpty() ? "-" : String.join("; ", match.does()));
        if (requested) {
            listing.shrinkable("REQUEST", match -> request(port, match));
        }
        return listing.table();
    }

    private static Cell request(PortDocument port, Match match) {
        if (match.unmet() != null) {
            return new Cell(match.unmet(), Style.FAINT);
        }
        boolean taken = port.taken() != null && port.taken() == match.order();
        return taken ? new Cell("takes it", Style.GOOD) : new Cell("fits, but comes later", Style.FAINT);
    }

    /**
     * Returns the destinations, such as {@code api:80 90%, api-canary:80 10%}; Services of the same namespace without
     * the namespace.
     */
    private static String goesTo(PortDocument port, Match match) {
        if (match.backends().isEmpty()) {
            boolean answers = match.does().stream().anyMatch(does -> does.startsWith("answers "));
            return answers ? "-" : "no backend: 500";
        }
        boolean several = match.backends().size() > 1;
        return match.backends().stream()
                .map(backend -> local(port.service(), backend.service()) + ":" + backend.port()
                        + (several || backend.weight() == 0 ? " " + percent(backend) : "")
                        + (backend.problem() == null ? "" : " !"))
                .collect(Collectors.joining(", "));
    }

    private static String local(String service, String other) {
        String namespace = service.substring(0, service.indexOf('/') + 1);
        return other.startsWith(namespace) ? other.substring(namespace.length()) : other;
    }

    private static String percent(Backend backend) {
        double percent = backend.share() * PERCENT;
        return percent > 0 && percent < 1 ? "<1%" : Math.round(percent) + "%";
    }

    private static String timeout(Match match) {
        long attempt = match.backendTimeoutMillis();
        return time(match.requestTimeoutMillis()) + (attempt == 0 ? "" : " (" + time(attempt) + " per attempt)");
    }

    private static String time(long millis) {
        if (millis == 0) {
            return "-";
        }
        return millis < 1000 ? millis + "ms" : Human.duration(Duration.ofMillis(millis));
    }

    private static SequencedSet<String> problems(PortDocument port) {
        SequencedSet<String> problems = new LinkedHashSet<>();
        for (Match match : port.matches()) {
            for (Backend backend : match.backends()) {
                if (backend.problem() != null) {
                    problems.add(match.route() + " rule " + match.rule() + ": " + backend.problem());
                }
            }
        }
        return problems;
    }
}
