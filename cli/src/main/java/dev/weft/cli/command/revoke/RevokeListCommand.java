package dev.weft.cli.command.revoke;

import dev.weft.api.v1.ListRevocationsRequest;
import dev.weft.api.v1.RevocationOperatorGrpc;
import dev.weft.cli.command.MeshAnswers;
import dev.weft.cli.command.MeshChange;
import dev.weft.cli.command.OutputOption;
import dev.weft.cli.command.Session;
import dev.weft.cli.command.TargetMeshes;
import dev.weft.cli.screen.Human;
import dev.weft.cli.screen.Screen;
import dev.weft.cli.screen.Table;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code weft revoke list}: lists the revocations in force. */
@Command(
        name = "list",
        description = "List what is revoked, by operators and by files of the mesh.",
        footerHeading = "%nExamples:%n",
        footer = {"  weft revoke list", "  weft revoke list --mesh east -o json | jq '.[].id'"})
final class RevokeListCommand implements Callable<Integer> {

    private final Session session;

    @Mixin
    private TargetMeshes meshes = new TargetMeshes();

    @Mixin
    private OutputOption output = new OutputOption();

    RevokeListCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        MeshAnswers<RevocationDocument> replies = MeshAnswers.each(
                meshes.of(session),
                (mesh, channel) -> RevocationOperatorGrpc.newBlockingStub(channel)
                        .withDeadlineAfter(MeshChange.DEADLINE_SLACK_MILLIS, TimeUnit.MILLISECONDS)
                        .listRevocations(ListRevocationsRequest.getDefaultInstance())
                        .getRevocationsList()
                        .stream()
                        .map(info -> RevocationDocument.of(mesh, info))
                        .toList());
        List<RevocationDocument> all = replies.answers();
        Instant now = session.clock().instant();
        output.format().print(session.screen(), all, () -> print(session.screen(), all, now));
        return replies.end(session.screen());
    }

    static void print(Screen screen, List<RevocationDocument> all, Instant now) {
        if (all.isEmpty()) {
            screen.note("nothing is revoked");
            return;
        }
        Table table = new Table()
                .column("MESH")
                .column("ID")
                .shrinkable("REVOKED")
                .column("ISSUED BEFORE")
                .dropOrder(3)
                .column("TRUST DOMAIN")
                .dropOrder(2)
                .column("EXPIRES")
                .dropOrder(5)
                .column("BY")
                .dropOrder(4)
                .shrinkable("REASON")
                .dropOrder(1);
        for (RevocationDocument each : all) {
            table.row(
                    each.mesh(),
                    each.id(),
                    each.kind() + " " + each.target(),
                    text(each.issuedBefore(), "-"),
                    each.trustDomain(),
                    each.expires() == null ? "never" : Human.relative(each.expires(), now),
                    each.canUndo() ? "operator" : "file",
                    each.reason().isEmpty() ? "-" : each.reason());
        }
        screen.table(table);
    }

    private static String text(@Nullable Instant moment, String none) {
        return moment == null ? none : moment.toString();
    }
}
