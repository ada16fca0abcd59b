package dev.weft.cli.command;

import dev.weft.api.v1.ListEdgesResponse;
import dev.weft.cli.failure.ExitCode;
import dev.weft.cli.mesh.Member;
import dev.weft.cli.mesh.Mesh;
import dev.weft.cli.mesh.Operator;
import dev.weft.cli.observe.ObservationClient;
import dev.weft.cli.observe.StatDocument;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code weft stat}: shows how many calls each workload receives, and how it answers them. */
@Command(
        name = "stat",
        description = "Show how many requests each workload gets, how well it answers, and what is refused.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  weft stat                       # every workload, over the last minute",
            "  weft stat shop/api --window 5m",
            "  weft stat -n shop -o json",
            "  weft stat -n shop -l app=api -w # workloads with a label, again as it changes",
            "  weft stat --cluster             # the pods of a cluster",
            "",
            "Each workload's own sidecar counts what comes in. SUCCESS is the share of the allowed requests",
            "that got a response with a status below 500, and for gRPC with status 0. REQ/S is 'unread'",
            "where no policy is about requests: there a sidecar passes bytes without reading them.",
        })
public final class StatCommand implements Callable<Integer> {

    private final Session session;

    @Parameters(arity = "0..1", paramLabel = "WORKLOAD", description = "namespace/name, or name when it is unique.")
    private @Nullable String workload;

    @Mixin
    private WindowOption window = new WindowOption();

    @Mixin
    private OperatedMeshOption meshOption = new OperatedMeshOption();

    @Mixin
    private SelectedWorkloadsOption listed = new SelectedWorkloadsOption();

    @Mixin
    private ListOutputOption output = new ListOutputOption();

    @Mixin
    private WatchOption watch = new WatchOption();

    public StatCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        listed.check(workload);
        return watch.run(session, meshOption::refresh, this::once);
    }

    private int once(Session session) throws IOException {
        Duration asked = window.window();
        Mesh mesh = meshOption.mesh(session);
        List<String> workloads = workload == null
                ? listed.of(session, mesh).stream()
                        .filter(Member::meshed)
                        .map(Member::workload)
                        .toList()
                : List.of(Workloads.requireMeshed(Workloads.find(session, mesh, listed.namespace(), workload))
                        .workload());
        ListEdgesResponse response;
        try (Operator operator = mesh.operator()) {
            response = ObservationClient.edges(
                    operator,
                    asked,
                    workload == null ? "" : workloads.getFirst(),
                    listed.namespace().given());
        }
        List<StatDocument> stats = StatDocument.of(response, workloads);
        output.print(
                session.screen(),
                stats,
                stats.stream().map(StatDocument::workload).toList(),
                () -> session.screen().table(StatDocument.table(stats)));
        ObservationClient.noteMissing(session.screen(), response);
        return ExitCode.OK;
    }
}
