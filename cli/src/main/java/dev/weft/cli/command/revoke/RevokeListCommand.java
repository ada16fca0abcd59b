package dev.weft.cli.command.revoke;

import dev.weft.api.v1.ListRevocationsRequest;
import dev.weft.api.v1.RevocationOperatorGrpc;
import dev.weft.cli.command.ListCommand;
import dev.weft.cli.command.MeshAnswers;
import dev.weft.cli.command.Session;
import dev.weft.cli.command.TargetMeshes;
import dev.weft.cli.screen.Human;
import dev.weft.cli.screen.Screen;
import dev.weft.cli.screen.Table;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code weft revoke list}: lists the revocations in force. */
@Command(
        name = "list",
        description = "List what is revoked, by operators and by files of the mesh.",
        footer = {
            "  weft revoke list",
            "  weft revoke list -w -o wide     # with times and trust domains, again as it changes",
            "  weft revoke list --mesh east -o name"
        })
final class RevokeListCommand extends ListCommand {

    @Mixin
    private TargetMeshes meshes = new TargetMeshes();

    RevokeListCommand(Session session) {
        super(session);
    }

    @Override
    protected int once(Session session) throws IOException {
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
        print(session, all, RevocationDocument::id, () -> print(session.screen(), all, wide(), now));
        return replies.end(session.screen());
    }

    static void print(Screen screen, List<RevocationDocument> all, boolean wide, Instant now) {
        if (all.isEmpty()) {
            screen.note("nothing is revoked");
            return;
        }
        Table table = new Table()
                .column("MESH", "ID")
                .shrinkable("REVOKED")
                .column("EXPIRES", 5)
                .column("BY", 4)
                .shrinkable("REASON", 1);
        if (wide) {
            table.column("ISSUED BEFORE", 3).column("TRUST DOMAIN", 2);
        }
        for (RevocationDocument each : all) {
            List<Object> row = new ArrayList<>(List.of(
                    each.mesh(),
                    each.id(),
                    each.kind() + " " + each.target(),
                    each.expires() == null ? "never" : Human.relative(each.expires(), now),
                    each.canUndo() ? "operator" : "file",
                    each.reason().isEmpty() ? "-" : each.reason()));
            if (wide) {
                row.addAll(List.of(text(each.issuedBefore()), each.trustDomain()));
            }
            table.row(row.toArray());
        }
        screen.table(table);
    }

    private static String text(@Nullable Instant moment) {
        return moment == null ? "-" : moment.toString();
    }
}
