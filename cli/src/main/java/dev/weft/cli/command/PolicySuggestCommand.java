package dev.weft.cli.command;

import dev.weft.api.v1.ListEdgesResponse;
import dev.weft.api.v1.PolicedWorkload;
import dev.weft.cli.failure.ExitCode;
import dev.weft.cli.mesh.Mesh;
import dev.weft.cli.mesh.Operator;
import dev.weft.cli.observe.Figures;
import dev.weft.cli.observe.ObservationClient;
import dev.weft.cli.screen.Format;
import dev.weft.cli.screen.Human;
import dev.weft.cli.screen.Listing;
import dev.weft.cli.screen.Screen;
import dev.weft.cli.suggest.SuggestedYaml;
import dev.weft.cli.suggest.Suggestion;
import dev.weft.cli.suggest.Suggestions;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "suggest",
        description = "Suggest policies that allow the callers that sidecars have recorded, and no one else.",
        footer = {
            "  weft policy suggest -n shop > seen.yaml     # objects with comments: read them, then apply them",
            "  weft policy suggest -n shop -o table        # suggested, refused and too open, as a table",
            "  weft policy suggest --since 10m --cluster",
            "",
            "Sidecars count from their start, and calls that ended over an hour ago may be missing: first let",
            "the mesh do all that it does. Methods and paths are not recorded: a policy is about the callers of",
            "a port, and says whether their requests were read. Exits 1 when a suggested policy would deny a",
            "call that was seen.",
        })
public final class PolicySuggestCommand extends SessionCommand {

    @Option(
            names = "--since",
            paramLabel = "TIME",
            defaultValue = "1h",
            converter = DurationConverter.class,
            description = "how far back calls count, 1h at most. Default: ${DEFAULT-VALUE}.")
    private Duration since = ObservationClient.MEMORY;

    @Mixin
    private MeshOrClusterOption meshOption = new MeshOrClusterOption();

    @Mixin
    private NamespaceOption namespace = new NamespaceOption();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "yaml",
            converter = EnumConverter.SuggestedFormats.class,
            completionCandidates = EnumConverter.SuggestedFormats.class,
            description =
                    "yaml: objects to apply; table: a summary; json: all that was found. Default: ${DEFAULT-VALUE}.")
    private SuggestedFormat format = SuggestedFormat.YAML;

    /** The output formats of {@code weft policy suggest}. */
    enum SuggestedFormat {
        YAML,
        TABLE,
        JSON
    }

    PolicySuggestCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() throws IOException {
        ObservationClient.checkRemembered("--since", since);
        Mesh mesh = meshOption.mesh(session);
        var _ = namespace.of(session, mesh, mesh.members()); // fails if the namespace is misspelt
        return mesh.ask(operator -> print(operator, session.clock().instant().minus(since)));
    }

    int print(Operator operator, Instant from) {
        ListEdgesResponse response = ObservationClient.edges(operator, Duration.ZERO, "", namespace.given());
        List<PolicedWorkload> workloads = ObservationClient.policed(operator, namespace.given());
        List<Suggestion> drawn = Suggestions.of(response.getEdgesList(), workloads, namespace.given(), from);
        Screen screen = session.screen();
        switch (format) {
            case YAML -> SuggestedYaml.lines(drawn).forEach(screen::line);
            case TABLE -> table(screen, drawn);
            case JSON -> Format.JSON.print(screen, drawn, () -> {});
        }
        notes(response);
        return drawn.stream().allMatch(suggestion -> suggestion.denied().isEmpty()) ? ExitCode.OK : ExitCode.FAILED;
    }

    private static void table(Screen screen, List<Suggestion> drawn) {
        if (drawn.isEmpty()) {
            screen.line("no call was seen; sidecars report every 3 seconds");
            return;
        }
        screen.table(Listing.of(drawn)
                .shrinkable("WORKLOAD", PolicySuggestCommand::workloads)
                .numbers("PORT", Suggestion::port)
                .column("POLICY", each -> each.suggestsPolicy() ? each.policy() : "-")
                .numbers("CALLERS", each -> each.callers().size())
                .numbers("REQUESTS", 1, PolicySuggestCommand::requests)
                .numbers(
                        "LEFT OUT",
                        each -> each.leftOut().size() + each.refusedNow().size())
                .numbers("REFUSED", each -> each.refused().size())
                .numbers("TOO OPEN", each -> each.tooOpen().size())
                .numbers("WOULD DENY", each -> each.denied().size())
                .table());
        drawn.stream()
                .filter(suggestion -> !suggestion.suggestsPolicy())
                .forEach(suggestion -> screen.note("weft: no policy for port " + suggestion.port() + " of "
                        + suggestion.workloads().getFirst() + ": " + suggestion.why()));
    }

    private static String workloads(Suggestion each) {
        int more = each.workloads().size() - 1;
        return each.workloads().getFirst() + (more > 0 ? " +" + more : "");
    }

    private static String requests(Suggestion each) {
        long read = each.requests().read();
        return read == 0 ? Figures.UNREAD : Long.toString(read);
    }

    private void notes(ListEdgesResponse response) {
        if (response.getForgotten() > 0) {
            session.screen()
                    .note("weft: " + Human.count(response.getForgotten(), "pair")
                            + " not looked at: sidecars and the control plane keep a limited number");
        }
        for (String silent : response.getSilentList()) {
            if (namespace.has(silent)) {
                session.screen().note("weft: the sidecar of " + silent + " has reported no connection yet");
            }
        }
        ObservationClient.noteMissing(session.screen(), response);
    }
}
