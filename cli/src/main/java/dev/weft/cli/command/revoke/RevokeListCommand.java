package dev.weft.cli.command.revoke;

import dev.weft.api.v1.ListRevocationsRequest;
import dev.weft.api.v1.RevocationOperatorGrpc;
import dev.weft.cli.command.MeshAnswers;
import dev.weft.cli.command.OutputOption;
import dev.weft.cli.command.Session;
import dev.weft.cli.command.SessionCommand;
import dev.weft.cli.command.TargetMeshes;
import dev.weft.cli.screen.Human;
import dev.weft.cli.screen.Screen;
import dev.weft.cli.screen.Table;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code weft revoke list}: lists the revocations in force. */
@Command(
        name = "list",
        description = "List what is revoked, by operators and by files of the mesh.",
        footer = {"  weft revoke list", "  weft revoke list --mesh east -o json | jq '.[].id'"})
final class RevokeListCommand extends SessionCommand {

    @Mixin
    private TargetMeshes meshes = new TargetMeshes();

    @Mixin
    private OutputOption output = new OutputOption();

    RevokeListCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() throws IOException {
        MeshAnswers<RevocationDocument> replies = MeshAnswers.each(
                meshes.of(session),
                (mesh, channel) -> RevocationOperatorGrpc.newBlockingStub(channel)
                        .withDeadlineAfter(meshes.deadline())
                        .listRevocations(ListRevocationsRequest.getDefaultInstance())
                        .getRevocationsList()
                        .stream()
                        .map(info -> RevocationDocument.of(mesh, info))
                        .toList());
        List<RevocationDocument> all = replies.answers();
        Instant now = session.clock().instant();
        output.print(session.screen(), all, () -> print(session.screen(), all, now));
        return replies.end(session.screen());
    }

    static void print(Screen screen, List<RevocationDocument> all, Instant now) {
        if (all.isEmpty()) {
            screen.note("nothing is revoked");
            return;
        }
        Table table = new Table()
                .column("MESH", "ID")
                .shrinkable("REVOKED")
                .column("ISSUED BEFORE", 3)
                .column("TRUST DOMAIN", 2)
                .column("EXPIRES", 5)
                .column("BY", 4)
                .shrinkable("REASON", 1);
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
