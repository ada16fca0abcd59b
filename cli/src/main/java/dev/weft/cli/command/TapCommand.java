package dev.weft.cli.command;

import dev.weft.cli.failure.CommandFailure;
import dev.weft.cli.failure.ExitCode;
import dev.weft.cli.mesh.Member;
import dev.weft.cli.mesh.Mesh;
import dev.weft.cli.mesh.Operator;
import dev.weft.cli.observe.TapDocument;
import dev.weft.cli.observe.TapSelection;
import dev.weft.cli.observe.TapStream;
import dev.weft.cli.screen.Format;
import dev.weft.cli.screen.Human;
import dev.weft.cli.screen.Screen;
import java.io.IOException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

@Command(
        name = "tap",
        description = "Print requests to a workload as they end: caller, request, status, time, decision.",
        footer = {
            "  weft tap shop/api                              # until Ctrl-C",
            "  weft tap shop/api --status 4xx --for 30s",
            "  weft tap shop/api --method POST --path-prefix /orders --limit 10",
            "  weft tap shop/api --from spiffe://cluster.local/ns/shop/sa/web -o json | jq .path",
            "",
            "No header except the host, no query and no body is shown. A sidecar reports at most 200 requests",
            "a second; a line says how many more there were.",
        })
public final class TapCommand extends SessionCommand {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    @Parameters(paramLabel = "WORKLOAD", description = "namespace/name, or name when it is unique.")
    private String workload = "";

    @Mixin
    private TapSelection selection = new TapSelection();

    @Option(names = "--limit", paramLabel = "N", description = "end after this many requests.")
    private @Nullable Integer limit;

    @Option(
            names = "--for",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "end after this time, such as 30s. Default: go on until Ctrl-C.")
    private @Nullable Duration time;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "table",
            converter = EnumConverter.Formats.class,
            description = "table: one line per request; json: one JSON object per line. Default: ${DEFAULT-VALUE}.")
    private Format format = Format.TABLE;

    @Mixin
    private MeshOrClusterOption meshOption = new MeshOrClusterOption();

    @Mixin
    private NamespaceOption namespace = new NamespaceOption();

    public TapCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() throws IOException {
        check();
        Mesh mesh = meshOption.mesh(session);
        Member member = Workloads.requireMeshed(Workloads.find(session, mesh, namespace, workload));
        Screen screen = session.screen();
        TapStream stream = new TapStream(
                member.workload(), selection.filter(), Optional.ofNullable(time), limit == null ? 0 : limit);
        try (Operator operator = mesh.operator()) {
            read(operator, stream, member.identity(), format == Format.JSON);
        }
        screen.note("weft: " + Human.count(stream.seen(), "request")
                + (stream.lost() == 0 ? "" : ", and " + stream.lost() + " more that were not reported"));
        return ExitCode.OK;
    }

    /** Prints each request; ends when the output is closed, for example by {@code weft tap … | head}. */
    void read(Operator operator, TapStream stream, String identity, boolean json) {
        Screen screen = session.screen();
        stream.read(operator, screen, request -> {
            TapDocument tapped = TapDocument.of(request);
            if (json) {
                screen.line(JSON.writeValueAsString(tapped));
            } else {
                screen.cutLine(tapped.line(screen, identity, ZoneId.systemDefault()));
            }
            if (screen.out().checkError()) {
                stream.stop();
            }
        });
    }

    private void check() {
        if (limit != null && limit < 1) {
            throw CommandFailure.usage("--limit: " + limit + " (expected: 1 or more)", "see 'weft tap --help'");
        }
        if (format != Format.JSON && format != Format.TABLE) {
            throw CommandFailure.usage(
                    "-o: '" + EnumConverter.of(format) + "' (expected: table, json)", "see 'weft tap --help'");
        }
    }
}
