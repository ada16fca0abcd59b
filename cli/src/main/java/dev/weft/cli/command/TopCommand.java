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
import dev.weft.cli.observe.Routes;
import dev.weft.cli.observe.TapSelection;
import dev.weft.cli.observe.TapStream;
import dev.weft.cli.screen.Human;
import dev.weft.cli.screen.Live;
import dev.weft.cli.screen.Screen;
import dev.weft.cli.screen.Style;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code weft top}: shows the busiest pairs or routes, continuously. */
@Command(
        name = "top",
        description = "Show the busiest pairs, or the busiest routes of a workload, drawn again each second.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  weft top                        # pairs, the busiest first, over the last 10 seconds",
            "  weft top shop/api               # pairs in which one workload calls or is called",
            "  weft top shop/api --routes      # its requests by method and path, since the command started",
            "",
            "Ctrl-C ends it. Where the output is no terminal it is printed once; with --routes, after",
            "--window. In a route's path, what looks like the name of an object is {id}. At most 200 routes",
            "are counted separately.",
        })
public final class TopCommand implements Callable<Integer> {

    private static final long REFRESH_MILLIS = 1000;

    private final Session session;

    @Parameters(arity = "0..1", paramLabel = "WORKLOAD", description = "namespace/name, or name when it is unique.")
    private @Nullable String workload;

    @Option(names = "--routes", description = "requests of the workload by method and path, as its sidecar reports them.")
    private boolean routes;

    @Option(
            names = "--window",
            paramLabel = "TIME",
            defaultValue = "10s",
            converter = Times.class,
            description = "the time over which rates are computed, from 5s to 5m. Default: ${DEFAULT-VALUE}.")
    private Duration window = Duration.ofSeconds(10);

    @Mixin
    private OperatedMeshOption meshOption = new OperatedMeshOption();

    @Mixin
    private SelectedWorkloadsOption listed = new SelectedWorkloadsOption();

    /** Whether a workload is among the selected ones. */
    private Predicate<String> selected = _ -> true;

    public TopCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Duration asked = ObservationClient.checked(window);
        if (routes && workload == null) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    "WEFT-L100",
                    "--routes is for one workload, but none was named",
                    "weft top WORKLOAD --routes");
        }
        listed.check(workload);
        Mesh mesh = meshOption.mesh(session);
        selected = listed.selected(mesh);
        try (Operator operator = mesh.operator()) {
            if (workload == null) {
                var _ = listed.namespace().of(session, mesh, mesh.members());
                edges(operator, asked, null);
            } else {
                Member member = Workloads.requireMeshed(Workloads.find(session, mesh, listed.namespace(), workload));
                if (routes) {
                    routes(operator, asked, member);
                } else {
                    edges(operator, asked, member.workload());
                }
            }
        }
        return ExitCode.OK;
    }

    private void edges(Operator operator, Duration asked, @Nullable String only) throws InterruptedException {
        Screen screen = session.screen();
        if (!screen.terminal()) {
            ListEdgesResponse response = listed(operator, asked, only);
            EdgesCommand.print(
                    screen, busiest(response, only), false, session.clock().instant());
            ObservationClient.noteMissing(screen, response);
            return;
        }
        try (Live live = new Live(screen)) {
            while (!screen.out().checkError()) {
                ListEdgesResponse response = listed(operator, asked, only);
                List<EdgeDocument> all = busiest(response, only);
                Instant now = session.clock().instant();
                live.draw(
                        List.of(heading(Human.count(all.size(), "pair") + " over " + Human.duration(asked)), ""),
                        EdgeTable.of(all.stream().limit(live.rows(2)).toList(), false, now));
                Thread.sleep(REFRESH_MILLIS);
            }
        }
    }

    private ListEdgesResponse listed(Operator operator, Duration asked, @Nullable String only) {
        return ObservationClient.edges(
                operator, asked, only == null ? "" : only, listed.namespace().given());
    }

    private List<EdgeDocument> busiest(ListEdgesResponse response, @Nullable String only) {
        return response.getEdgesList().stream()
                .filter(edge -> only == null || edge.getWorkload().equals(only))
                .filter(edge -> only != null || !EdgesCommand.countedByTheCalledOne(edge))
                .filter(edge -> listed.namespace().has(edge.getWorkload()))
                .filter(edge -> selected.test(edge.getWorkload()) || selected.test(edge.getPeerName()))
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

    private void routes(Operator operator, Duration asked, Member member) throws InterruptedException {
        Screen screen = session.screen();
        Routes seen = new Routes();
        TapStream stream = new TapStream(
                member.workload(), TapSelection.EVERY, screen.terminal() ? Optional.empty() : Optional.of(asked), 0);
        Instant start = session.clock().instant();
        if (!screen.terminal()) {
            stream.read(operator, screen, seen::add);
            screen.table(seen.table(Duration.between(start, session.clock().instant()), Integer.MAX_VALUE));
            return;
        }
        try (Live live = new Live(screen)) {
            Thread drawing = Thread.ofVirtual().start(() -> draw(live, member, seen, stream, start));
            try {
                stream.read(operator, screen, seen::add);
            } finally {
                drawing.interrupt();
                drawing.join();
            }
        }
    }

    private void draw(Live live, Member member, Routes seen, TapStream stream, Instant start) {
        try {
            while (true) {
                Duration since = Duration.between(start, session.clock().instant());
                String lost = stream.lost() == 0 ? "" : ", " + stream.lost() + " more were not reported";
                live.draw(
                        List.of(heading("routes of " + member.workload() + " in " + Human.duration(since) + lost), ""),
                        seen.table(since, live.rows(2)));
                Thread.sleep(REFRESH_MILLIS);
            }
        } catch (InterruptedException _) {
            // The stream has ended.
        }
    }

    private String heading(String text) {
        return session.screen().paint(Style.STRONG, "weft top: " + text)
                + session.screen().paint(Style.FAINT, "  Ctrl-C ends");
    }
}
