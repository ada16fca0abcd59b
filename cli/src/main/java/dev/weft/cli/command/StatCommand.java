package dev.weft.cli.command;

import dev.weft.api.v1.ListEdgesResponse;
import dev.weft.cli.failure.CommandFailure;
import dev.weft.cli.failure.ExitCode;
import dev.weft.cli.mesh.Member;
import dev.weft.cli.mesh.Mesh;
import dev.weft.cli.mesh.Operator;
import dev.weft.cli.observe.Observing;
import dev.weft.cli.observe.StatDocument;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code weft stat}: what each workload is asked for. */
@Command(
        name = "stat",
        description = "How much each workload is asked for, how well it answers, and what is refused.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  weft stat                       # every workload, over the last minute",
            "  weft stat shop/api --window 5m",
            "  weft stat -n shop -o json",
            "  weft stat --cluster             # of the pods of a cluster",
            "",
            "As each workload's own sidecar counts what comes in. SUCCESS is the share of the requests",
            "that did not fail, of those that policy allowed: with a response, below status 500, and of",
            "gRPC with status 0. REQ/S is 'unread' where no policy is about requests: there a sidecar",
            "passes bytes without reading them.",
        })
public final class StatCommand implements Callable<Integer> {

    private final Session session;

    @Parameters(arity = "0..1", paramLabel = "WORKLOAD", description = "namespace/name, or name when it is unique.")
    private @Nullable String workload;

    @Option(
            names = {"-A", "--all-namespaces"},
            description = "of every namespace, which is the default.")
    private boolean all;

    @Mixin
    private WindowOption window = new WindowOption();

    @Mixin
    private OperatedMeshOption meshOption = new OperatedMeshOption();

    @Mixin
    private NamespaceOption namespace = new NamespaceOption();

    @Mixin
    private OutputOption output = new OutputOption();

    public StatCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        Duration asked = window.window();
        if (all && (workload != null || namespace.isGiven())) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    "WEFT-L100",
                    "-A is of every namespace, and one was named",
                    "leave out -A, or the namespace and the workload");
        }
        Mesh mesh = meshOption.mesh(session);
        List<String> workloads = workload == null
                ? namespace.of(session, mesh, mesh.members()).stream()
                        .filter(Member::meshed)
                        .map(Member::workload)
                        .toList()
                : List.of(Workloads.requireMeshed(Workloads.find(session, mesh, namespace, workload))
                        .workload());
        ListEdgesResponse response;
        try (Operator operator = mesh.operator()) {
            response =
                    Observing.edges(operator, asked, workload == null ? "" : workloads.getFirst(), namespace.given());
        }
        List<StatDocument> stats = StatDocument.of(response, workloads);
        output.format().print(session.screen(), stats, () -> session.screen().table(StatDocument.table(stats)));
        Observing.noteMissing(session.screen(), response);
        return ExitCode.OK;
    }
}
