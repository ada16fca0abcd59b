package dev.weft.cli.command;

import dev.weft.api.v1.ListEdgesResponse;
import dev.weft.cli.mesh.Member;
import dev.weft.cli.mesh.Mesh;
import dev.weft.cli.observe.EdgeDocument;
import dev.weft.cli.observe.EdgeTable;
import dev.weft.cli.observe.ObservationClient;
import dev.weft.cli.screen.Human;
import dev.weft.cli.screen.Screen;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "edges",
        description = "Show who has called whom: over mutual TLS or not, how well, and what was refused.",
        footer = {
            "  weft edges                      # every pair that has talked since the sidecars started",
            "  weft edges shop/api -o wide     # whom one workload called, and who called it",
            "  weft edges --window 5m          # rates of the last five minutes",
            "  weft edges -l app=api -w        # whom workloads with a label call, and who calls them",
            "  weft edges --refused            # only pairs with refusals",
            "  weft edges -o json | jq '.[] | select(.over != \"mTLS\")'",
            "",
            "Sidecars report every 3 seconds. A pair that both sidecars count is shown once, as the called",
            "workload's sidecar counts it. Where that has none, requests are those that the caller's sidecar",
            "sends one by one. A pair without traffic for an hour may be missing. REQ/S is 'unread' where",
            "sidecars pass bytes without reading them: a port that declares no HTTP, without policies about",
            "requests.",
        })
public final class EdgesCommand extends ListCommand {

    @Mixin
    private EdgesQuery query = new EdgesQuery();

    @Option(names = "--refused", description = "only pairs with a refused connection or request.")
    private boolean refused;

    @Mixin
    private WindowOption window = new WindowOption();

    public EdgesCommand(Session session) {
        super(session);
    }

    @Override
    protected void check() {
        query.check();
    }

    @Override
    protected void refresh() {
        query.refresh();
    }

    @Override
    protected int once(Session session) throws IOException {
        Duration length = window.window();
        Mesh mesh = query.mesh(session);
        Optional<Member> only = query.named(session, mesh);
        ListEdgesResponse response = mesh.ask(operator -> query.ask(operator, length, only));
        List<EdgeDocument> edges = query.edges(response, only, query.labels(mesh))
                .map(EdgeDocument::of)
                .filter(edge -> !refused || edge.refusals() > 0)
                .sorted(Comparator.comparing(EdgeDocument::from)
                        .thenComparing(EdgeDocument::to)
                        .thenComparingInt(EdgeDocument::port))
                .toList();
        Instant now = session.clock().instant();
        print(
                session,
                edges,
                edge -> edge.caller() + " " + edge.called(),
                () -> print(session.screen(), edges, wide(), now));
        notes(session, response, only);
        return 0;
    }

    private static void notes(Session session, ListEdgesResponse response, Optional<Member> only) {
        if (response.getForgotten() > 0) {
            session.screen()
                    .note("weft: " + Human.count(response.getForgotten(), "pair")
                            + " not shown: sidecars and the control plane keep a limited number");
        }
        ObservationClient.noteMissing(session.screen(), response);
        only.map(Member::workload)
                .filter(response.getSilentList()::contains)
                .ifPresent(workload ->
                        session.screen().note("weft: the sidecar of " + workload + " has reported no connection yet"));
    }

    static void print(Screen screen, List<EdgeDocument> edges, boolean wide, Instant now) {
        if (edges.isEmpty()) {
            screen.line("no connection was seen; sidecars report every 3 seconds");
            return;
        }
        screen.table(EdgeTable.of(edges, wide, now));
    }
}
