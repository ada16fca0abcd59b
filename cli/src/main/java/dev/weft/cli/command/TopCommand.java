package dev.weft.cli.command;

import dev.weft.api.v1.EdgeWindow;
import dev.weft.api.v1.ListEdgesResponse;
import dev.weft.api.v1.ObservedEdge;
import dev.weft.cli.failure.CommandFailure;
import dev.weft.cli.failure.ExitCode;
import dev.weft.cli.mesh.Member;
import dev.weft.cli.mesh.Mesh;
import dev.weft.cli.mesh.Operator;
import dev.weft.cli.observe.EdgeDocument;
import dev.weft.cli.observe.EdgeTable;
import dev.weft.cli.observe.ObservationClient;
import dev.weft.cli.observe.RouteCounts;
import dev.weft.cli.observe.TapSelection;
import dev.weft.cli.observe.TapStream;
import dev.weft.cli.screen.Human;
import dev.weft.cli.screen.LiveScreen;
import dev.weft.cli.screen.Screen;
import dev.weft.cli.screen.Style;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "top",
        description = "Show the busiest pairs, or the busiest routes of a workload, drawn again each second.",
        footer = {
            "  weft top                        # pairs, the busiest first, over the last 10 seconds",
            "  weft top shop/api               # pairs in which one workload calls or is called",
            "  weft top shop/api --routes      # its requests by method and path, since the command started",
            "",
            "Ctrl-C ends it. Where the output is no terminal it is printed once; with --routes, after",
            "--window. In a route's path, what looks like the name of an object is {id}. At most 200 routes",
            "are counted separately.",
        })
public final class TopCommand extends SessionCommand {

    private static final long REFRESH_MILLIS = 1000;

    @Mixin
    private EdgesQuery query = new EdgesQuery();

    @Option(
            names = "--routes",
            description = "requests of the workload by method and path, as its sidecar reports them.")
    private boolean routes;

    @Option(
            names = "--window",
            paramLabel = "TIME",
            defaultValue = "10s",
            converter = DurationConverter.class,
            description = "the time over which rates are computed, from 5s to 5m. Default: ${DEFAULT-VALUE}.")
    private Duration window = Duration.ofSeconds(10);

    public TopCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Duration length = ObservationClient.checked(window);
        if (routes && !query.namesWorkload()) {
            throw CommandFailure.usage(
                    "--routes is for one workload, but none was named", "weft top WORKLOAD --routes");
        }
        query.check();
        Mesh mesh = query.mesh(session);
        Predicate<String> labels = query.labels(mesh);
        try (Operator operator = mesh.operator()) {
            Optional<Member> only = query.named(session, mesh).map(Workloads::requireMeshed);
            if (routes) {
                routes(operator, length, only.orElseThrow());
            } else {
                edges(operator, length, only, labels);
            }
        }
        return ExitCode.OK;
    }

    private void edges(Operator operator, Duration length, Optional<Member> only, Predicate<String> labels)
            throws InterruptedException {
        Screen screen = session.screen();
        if (!screen.terminal()) {
            ListEdgesResponse response = query.ask(operator, length, only);
            EdgesCommand.print(
                    screen,
                    busiest(response, only, labels),
                    false,
                    session.clock().instant());
            ObservationClient.noteMissing(screen, response);
            return;
        }
        try (LiveScreen live = new LiveScreen(screen)) {
            while (!screen.out().checkError()) {
                List<EdgeDocument> all = busiest(query.ask(operator, length, only), only, labels);
                draw(live, screen, all, length, session.clock().instant());
                Thread.sleep(REFRESH_MILLIS);
            }
        }
    }

    static void draw(LiveScreen live, Screen screen, List<EdgeDocument> pairs, Duration length, Instant now) {
        String heading = Human.count(pairs.size(), "pair") + " over " + Human.duration(length);
        live.draw(
                List.of(heading(screen, heading), ""),
                EdgeTable.of(pairs.stream().limit(live.rows(2)).toList(), false, now));
    }

    private List<EdgeDocument> busiest(ListEdgesResponse response, Optional<Member> only, Predicate<String> labels) {
        return query.edges(response, only, labels)
                .sorted(Comparator.comparingDouble(TopCommand::busy).reversed())
                .map(EdgeDocument::of)
                .toList();
    }

    /** Returns the measure for sorting: requests and connections first, then bytes. */
    private static double busy(ObservedEdge edge) {
        EdgeWindow window = edge.getWindow();
        double requests = window.getRequestsList().stream()
                .mapToDouble(sums -> sums.getByClassList().stream()
                                .mapToLong(Long::longValue)
                                .sum()
                        + sums.getRefused())
                .sum();
        double bytes = window.getBytesIn() + window.getBytesOut();
        return requests + window.getAdmitted() + window.getRefused() + bytes / (bytes + 1);
    }

    private void routes(Operator operator, Duration length, Member member) throws InterruptedException {
        Screen screen = session.screen();
        RouteCounts seen = new RouteCounts();
        TapStream stream = new TapStream(
                member.workload(), TapSelection.EVERY, screen.terminal() ? Optional.empty() : Optional.of(length), 0);
        Instant start = session.clock().instant();
        if (!screen.terminal()) {
            stream.read(operator, screen, seen::add);
            screen.table(seen.table(Duration.between(start, session.clock().instant()), Integer.MAX_VALUE));
            return;
        }
        try (LiveScreen live = new LiveScreen(screen)) {
            Thread drawing = Thread.ofVirtual().start(() -> draw(live, member, seen, stream, start));
            try {
                stream.read(operator, screen, seen::add);
            } finally {
                drawing.interrupt();
                drawing.join();
            }
        }
    }

    private void draw(LiveScreen live, Member member, RouteCounts seen, TapStream stream, Instant start) {
        try {
            while (true) {
                Duration since = Duration.between(start, session.clock().instant());
                String lost = stream.lost() == 0 ? "" : ", " + stream.lost() + " more were not reported";
                live.draw(
                        List.of(
                                heading(
                                        session.screen(),
                                        "routes of " + member.workload() + " in " + Human.duration(since) + lost),
                                ""),
                        seen.table(since, live.rows(2)));
                Thread.sleep(REFRESH_MILLIS);
            }
        } catch (InterruptedException _) {
            // The stream has ended.
        }
    }

    private static String heading(Screen screen, String text) {
        return screen.paint(Style.STRONG, "weft top: " + text) + screen.paint(Style.FAINT, "  Ctrl-C ends");
    }
}
