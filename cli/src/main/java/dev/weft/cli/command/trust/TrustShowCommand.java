package dev.weft.cli.command.trust;

import dev.weft.api.v1.ShowTrustResponse;
import dev.weft.cli.command.MeshOrClusterOption;
import dev.weft.cli.command.OutputOption;
import dev.weft.cli.command.Session;
import dev.weft.cli.command.SessionCommand;
import dev.weft.cli.failure.ExitCode;
import dev.weft.cli.mesh.Mesh;
import dev.weft.cli.mesh.Operator;
import dev.weft.cli.screen.Human;
import dev.weft.cli.screen.Listing;
import dev.weft.cli.screen.Screen;
import dev.weft.cli.screen.Style;
import dev.weft.cli.screen.Table.Cell;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "show",
        description = "Show a mesh's anchors and issuers, and which workloads hold them.",
        footer = {
            "  weft trust show",
            "  weft trust show -o json | jq -r '.anchors[].pem' > anchors.pem",
            "  weft trust show -o json | jq '.workloads[] | select(.holdsAll | not)'",
        })
final class TrustShowCommand extends SessionCommand {

    private static final int SHORT_KEY = 12;

    @Mixin
    private MeshOrClusterOption meshOption = new MeshOrClusterOption();

    @Mixin
    private OutputOption output = new OutputOption();

    TrustShowCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() throws IOException {
        Mesh mesh = meshOption.mesh(session);
        ShowTrustResponse trust = mesh.ask(operator -> operator.trust(Operator.PATIENCE));
        TrustDocument document = TrustDocument.of(mesh.ref().name(), trust);
        Instant now = session.clock().instant();
        output.print(session.screen(), document, () -> print(session.screen(), document, now));
        return ExitCode.OK;
    }

    static void print(Screen screen, TrustDocument document, Instant now) {
        screen.line(
                "trust domain " + screen.paint(Style.STRONG, document.trustDomain()) + " of mesh " + document.mesh());
        screen.line("");
        anchors(screen, document.anchors(), now);
        screen.line("");
        issuers(screen, document.issuers(), now);
        if (document.issuerProblem() != null) {
            screen.line(
                    screen.paint(Style.BAD, "! ") + "the issuer's files are not in use: " + document.issuerProblem());
        }
        if (document.issuerDirectory() != null) {
            screen.line("the issuer is kept in " + document.issuerDirectory());
            if (document.issuerDirectoryProblem() != null) {
                screen.line(screen.paint(Style.BAD, "! ") + "what is there now is not in use: "
                        + document.issuerDirectoryProblem());
            }
        }
        screen.line("");
        workloads(screen, document, now);
        RotationDocument rotation = document.rotation();
        if (rotation != null && !rotation.finished()) {
            screen.line("");
            screen.line(screen.paint(Style.WARNING, "a rotation is running: ") + rotation.step() + ", "
                    + rotation.done() + " of " + rotation.total() + "; 'weft check' shows which sidecars it waits for");
        }
    }

    private static void anchors(Screen screen, List<TrustDocument.Anchor> anchors, Instant now) {
        screen.table(Listing.of(anchors)
                .shrinkable("ANCHOR", anchor -> Cell.name(anchor.subject()))
                .column("STATE", anchor -> state(anchor.state()))
                .column("ENDS", anchor -> end(anchor.notAfter(), now))
                .column("KEY", anchor -> shorten(anchor.keySha256()))
                .table());
    }

    private static void issuers(Screen screen, List<TrustDocument.Issuer> issuers, Instant now) {
        screen.table(Listing.of(issuers)
                .shrinkable(
                        "ISSUER",
                        issuer -> Cell.name(issuer.subject() == null ? "a request, not signed yet" : issuer.subject()))
                .column("STATE", issuer -> state(issuer.state()))
                .column("ENDS", issuer -> issuer.notAfter() == null ? "-" : end(issuer.notAfter(), now))
                .numbers("LEAVES", 2, TrustDocument.Issuer::liveLeaves)
                .column("KEY", issuer -> shorten(issuer.keySha256()))
                .column(
                        "UNDER",
                        1,
                        issuer -> issuer.anchorKeySha256() == null ? "-" : shorten(issuer.anchorKeySha256()))
                .table());
    }

    private static void workloads(Screen screen, TrustDocument document, Instant now) {
        if (document.workloads().isEmpty()) {
            screen.line("no workload is meshed");
            return;
        }
        screen.table(Listing.of(document.workloads())
                .column("WORKLOAD", workload -> Cell.name(workload.workload()))
                .column("CONNECTED", workload -> connected(workload, now))
                .column(
                        "CERT ENDS",
                        workload -> workload.leaf() == null
                                ? "-"
                                : end(workload.leaf().notAfter(), now))
                .column(
                        "ISSUER",
                        1,
                        workload -> workload.leaf() == null
                                ? "-"
                                : shorten(workload.leaf().issuerKeySha256()))
                .shrinkable("BUNDLES", workload -> bundles(workload, document.published()))
                .table());
        screen.line("");
        long current = document.workloads().stream()
                .filter(TrustDocument.Workload::holdsAll)
                .count();
        screen.line(current + " of " + Human.count(document.workloads().size(), "workload") + " hold "
                + document.published().entrySet().stream()
                        .map(bundle -> bundle.getKey() + " " + bundle.getValue())
                        .collect(Collectors.joining(", ")));
    }

    private static Cell connected(TrustDocument.Workload workload, Instant now) {
        if (workload.since() == null) {
            return new Cell("never", Style.BAD);
        }
        String time = Human.duration(Duration.between(workload.since(), now));
        return workload.connected() ? new Cell(time, Style.GOOD) : new Cell("away " + time, Style.WARNING);
    }

    private static Cell bundles(TrustDocument.Workload workload, Map<String, Long> published) {
        if (workload.holdsAll()) {
            return new Cell("all", Style.GOOD);
        }
        String behind = published.entrySet().stream()
                .filter(bundle -> !bundle.getValue().equals(workload.holds().get(bundle.getKey())))
                .map(bundle -> bundle.getKey() + " " + held(workload.holds().get(bundle.getKey())) + " of "
                        + bundle.getValue())
                .collect(Collectors.joining(", "));
        return new Cell(behind.isEmpty() ? "a withdrawn one" : behind, Style.WARNING);
    }

    /** Formats the sequence of a bundle that a workload holds; 0 stands for a sequence that is no longer known. */
    private static String held(@Nullable Long sequence) {
        return sequence == null ? "none" : sequence == 0 ? "?" : sequence.toString();
    }

    private static Cell state(String state) {
        return new Cell(
                state,
                switch (state) {
                    case "current" -> Style.GOOD;
                    case "tainted", "revoked" -> Style.BAD;
                    case "incoming", "retiring" -> Style.WARNING;
                    default -> Style.PLAIN;
                });
    }

    private static Cell end(Instant end, Instant now) {
        return new Cell(Human.relative(end, now), end.isAfter(now) ? Style.PLAIN : Style.BAD);
    }

    private static String shorten(String key) {
        return key.length() > SHORT_KEY ? key.substring(0, SHORT_KEY) : key;
    }
}
