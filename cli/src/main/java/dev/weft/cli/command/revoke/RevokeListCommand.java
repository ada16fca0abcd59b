package dev.weft.cli.command.revoke;

import dev.weft.cli.command.ListCommand;
import dev.weft.cli.command.MeshAnswers;
import dev.weft.cli.command.Session;
import dev.weft.cli.command.TargetMeshes;
import dev.weft.cli.screen.Human;
import dev.weft.cli.screen.Listing;
import dev.weft.cli.screen.Screen;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

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
                (mesh, operator) -> operator.revocations(meshes.deadline()).getRevocationsList().stream()
                        .map(info -> RevocationDocument.of(mesh.name(), info))
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
        Listing<RevocationDocument> listing = Listing.of(all)
                .column("MESH", RevocationDocument::mesh)
                .column("ID", RevocationDocument::id)
                .shrinkable("REVOKED", each -> each.kind() + " " + each.target())
                .column("EXPIRES", 5, each -> each.expires() == null ? "never" : Human.relative(each.expires(), now))
                .column("BY", 4, each -> each.canUndo() ? "operator" : "file")
                .shrinkable("REASON", 1, each -> each.reason().isEmpty() ? "-" : each.reason());
        if (wide) {
            listing.column("ISSUED BEFORE", 3, each -> each.issuedBefore() == null ? "-" : each.issuedBefore())
                    .column("TRUST DOMAIN", 2, RevocationDocument::trustDomain);
        }
        screen.table(listing.table());
    }
}
