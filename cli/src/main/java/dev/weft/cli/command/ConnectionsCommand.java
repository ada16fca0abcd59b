package dev.weft.cli.command;

import dev.weft.cli.failure.CommandFailure;
import dev.weft.cli.failure.ExitCode;
import dev.weft.cli.mesh.Member;
import dev.weft.cli.mesh.Mesh;
import dev.weft.cli.mesh.Operator;
import dev.weft.cli.mesh.SidecarConnections;
import dev.weft.cli.mesh.SidecarConnections.Connection;
import dev.weft.cli.mesh.Sidecars;
import dev.weft.cli.mesh.Sidecars.Answer;
import dev.weft.cli.screen.Human;
import dev.weft.cli.screen.Listing;
import dev.weft.cli.screen.Screen;
import dev.weft.cli.screen.Style;
import dev.weft.cli.screen.Table.Cell;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "connections",
        description = "List the open connections: identities, policy, bytes, age.",
        footer = {
            "  weft connections                # every connection of the mesh, seen from both ends",
            "  weft connections shop/api       # what one sidecar carries",
            "  weft connections --cluster -n shop -w   # of the pods of a namespace, again as they change",
            "  weft connections -o json | jq '.[].connection | select(.secure | not)'",
            "",
            "→ is a connection that the workload opened, ← one that it accepted.",
            "IN and OUT are the bytes that the workload received and sent.",
        })
public final class ConnectionsCommand extends ListCommand {

    private static final String NONE = "-";
    /** Pods of a cluster that are asked at the same time: each by a kubectl process of its own. */
    private static final int PODS_AT_A_TIME = 32;

    /** Pods of a cluster that are asked at all; this takes a minute or two. */
    private static final int MOST_PODS = 1_000;

    @Parameters(arity = "0..1", paramLabel = "WORKLOAD", description = "namespace/name, or name when it is unique.")
    private @Nullable String workload;

    @Mixin
    private MeshOrClusterOption meshOption = new MeshOrClusterOption();

    @Mixin
    private SelectedWorkloadsOption listed = new SelectedWorkloadsOption();

    public ConnectionsCommand(Session session) {
        super(session);
    }

    /** A connection, and the workload whose sidecar carries it. */
    record Row(String workload, Connection connection) {}

    @Override
    protected void check() {
        listed.check(workload);
    }

    @Override
    protected int once(Session session) throws IOException {
        Mesh mesh = meshOption.mesh(session);
        List<Member> members = workload == null
                ? listed.of(session, mesh)
                : List.of(Workloads.requireMeshed(Workloads.find(session, mesh, listed.namespace(), workload)));
        List<Answer<SidecarConnections>> answers = ask(session, mesh, members);
        List<Row> rows = new ArrayList<>();
        for (Answer<SidecarConnections> answer : answers) {
            answer.answer()
                    .ifPresent(all -> all.listed()
                            .forEach(connection ->
                                    rows.add(new Row(answer.member().workload(), connection))));
        }
        print(session, rows, Row::workload, () -> print(session.screen(), rows, wide()));
        return notes(session, answers);
    }

    /** Asks all sidecars of a local mesh at the same time, and those of a cluster in turns. */
    private List<Answer<SidecarConnections>> ask(Session session, Mesh mesh, List<Member> members) {
        List<Member> meshed = members.stream().filter(Member::meshed).toList();
        Sidecars sidecars = new Sidecars(mesh, Operator.PATIENCE);
        if (!mesh.ref().inCluster()) {
            return sidecars.connections(meshed);
        }
        requireFew(mesh, meshed.size());
        List<Answer<SidecarConnections>> answers = new ArrayList<>();
        for (int asked = 0; asked < meshed.size(); asked += PODS_AT_A_TIME) {
            if (asked > 0 && !repeats()) {
                session.screen().note("asked " + asked + " of " + meshed.size() + " pods");
            }
            answers.addAll(
                    sidecars.connections(meshed.subList(asked, Math.min(asked + PODS_AT_A_TIME, meshed.size()))));
        }
        return answers;
    }

    private static int notes(Session session, List<Answer<SidecarConnections>> answers) {
        for (Answer<SidecarConnections> answer : answers) {
            answer.answer()
                    .filter(all -> all.leftOut() > 0)
                    .ifPresent(all -> session.screen()
                            .note("weft: " + answer.member().workload() + ": "
                                    + Human.count(all.leftOut(), "more connection") + " open than are listed"));
        }
        List<Answer<SidecarConnections>> silent =
                answers.stream().filter(answer -> !answer.error().isEmpty()).toList();
        silent.forEach(answer ->
                session.screen().note("weft: " + answer.member().workload() + ": " + answer.error() + " (WEFT-L108)"));
        return silent.isEmpty() ? ExitCode.OK : ExitCode.FAILED;
    }

    private static void requireFew(Mesh mesh, int pods) {
        if (pods > MOST_PODS) {
            throw CommandFailure.misuse(
                    "WEFT-L305",
                    "pods: " + pods + " (expected: at most " + MOST_PODS + ")",
                    "name a pod, or a namespace with -n; 'weft edges"
                            + mesh.ref().option() + "' shows who has called whom in the whole mesh");
        }
    }

    static void print(Screen screen, List<Row> rows, boolean wide) {
        if (rows.isEmpty()) {
            screen.line("no connection is open");
            return;
        }
        Listing<Row> listing = Listing.of(rows)
                .column("WORKLOAD", row -> Cell.name(row.workload()))
                .column("", row -> row.connection().direction().equals("inbound") ? "←" : "→")
                .shrinkable("PEER", row -> peer(row.connection()))
                .column("DESTINATION", row -> orNone(row.connection().destination()))
                .column("OVER", row -> over(row.connection()))
                .shrinkable("POLICY", 4, row -> orNone(row.connection().policy()))
                .numbers("IN", 1, row -> Human.bytes(row.connection().bytesIn()))
                .numbers("OUT", 2, row -> Human.bytes(row.connection().bytesOut()))
                .numbers(
                        "AGE",
                        3,
                        row -> Human.duration(
                                Duration.ofSeconds(row.connection().ageSeconds())));
        if (wide) {
            listing.column("ADDRESS", row -> orNone(row.connection().peer()))
                    .column("TUNNEL", row -> orNone(row.connection().tunnel()));
        }
        screen.table(listing.table());
    }

    private static Cell over(Connection connection) {
        return connection.secure() ? new Cell("mTLS", Style.GOOD) : new Cell("plain", Style.WARNING);
    }

    private static String peer(Connection connection) {
        return connection.peerIdentity() == null ? orNone(connection.peer()) : connection.peerIdentity();
    }

    private static String orNone(@Nullable String text) {
        return text == null || text.isEmpty() ? NONE : text;
    }
}
