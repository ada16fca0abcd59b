package dev.weft.cli.command;

import dev.weft.api.v1.ListEdgesResponse;
import dev.weft.cli.failure.ExitCode;
import dev.weft.cli.mesh.Member;
import dev.weft.cli.mesh.Mesh;
import dev.weft.cli.observe.ObservationClient;
import dev.weft.cli.observe.StatDocument;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "stat",
        description = "Show how many requests each workload gets, how well it answers, and what is refused.",
        footer = {
            "  weft stat                       # every workload, over the last minute",
            "  weft stat shop/api --window 5m",
            "  weft stat -n shop -o json",
            "  weft stat -n shop -l app=api -w # workloads with a label, again as it changes",
            "  weft stat --cluster             # the pods of a cluster",
            "",
            "Each workload's own sidecar counts what comes in. Where all workloads are listed, the busiest",
            "destinations without a sidecar follow, marked with '*', if the sidecars of their callers read the",
            "requests (OPEN: connections of these callers). SUCCESS is the share of the allowed requests that",
            "got a response with a status below 500, and for gRPC with status 0. REQ/S is 'unread' where the",
            "port declares no HTTP and no policy is about requests: there a sidecar passes bytes without",
            "reading them.",
        })
public final class StatCommand extends ListCommand {

    @Mixin
    private EdgesQuery query = new EdgesQuery();

    @Mixin
    private WindowOption window = new WindowOption();

    public StatCommand(Session session) {
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
        Optional<Member> only = query.named(session, mesh).map(Workloads::requireMeshed);
        List<String> workloads = (only.isPresent() ? only.stream() : query.meshed(session, mesh))
                .map(Member::workload)
                .toList();
        ListEdgesResponse response = mesh.ask(operator -> query.ask(operator, length, only));
        List<StatDocument> stats = new ArrayList<>(StatDocument.of(response, workloads));
        if (only.isEmpty() && query.isOfWholeMesh()) {
            stats.addAll(StatDocument.outside(response));
        }
        print(session, stats, StatDocument.names(stats), () -> StatDocument.print(session.screen(), stats));
        ObservationClient.noteMissing(session.screen(), response);
        return ExitCode.OK;
    }
}
