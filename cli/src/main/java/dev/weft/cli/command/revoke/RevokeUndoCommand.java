package dev.weft.cli.command.revoke;

import dev.weft.api.v1.RevocationOperatorGrpc;
import dev.weft.api.v1.UndoRevocationRequest;
import dev.weft.api.v1.UndoRevocationResponse;
import dev.weft.cli.command.MeshChange;
import dev.weft.cli.command.MeshChange.Applied;
import dev.weft.cli.command.OutputOption;
import dev.weft.cli.command.Session;
import dev.weft.cli.command.SessionCommand;
import dev.weft.cli.command.TargetMeshes;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "undo",
        description = "Take a revocation back: what it refused is trusted again.",
        footer = {
            "  weft revoke undo identity-0123456789",
            "  weft revoke undo identity-01 # if no other begins like this"
        })
final class RevokeUndoCommand extends SessionCommand {

    /** The code if this mesh has no such revocation; another mesh may have it. */
    private static final String NO_REVOCATION = "WEFT-C031";

    @Parameters(
            paramLabel = "ID",
            description = "ID of the revocation, as 'weft revoke list' shows it, or its beginning.")
    private String id = "";

    @Mixin
    private TargetMeshes meshes = new TargetMeshes();

    @Mixin
    private OutputOption output = new OutputOption();

    RevokeUndoCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() throws IOException {
        UndoRevocationRequest request = UndoRevocationRequest.newBuilder()
                .setId(id)
                .setWaitMillis(meshes.timeoutMillis())
                .build();
        MeshChange change = new MeshChange(session, meshes, Set.of(NO_REVOCATION));
        return change.apply(output, meshes.of(session), List.of(), (mesh, operator) -> {
            UndoRevocationResponse response = operator.ask(
                    RevocationOperatorGrpc::newBlockingStub, change.deadline(), it -> it.undoRevocation(request));
            return Applied.of(
                    mesh,
                    "taken back, " + response.getRevocation().getId() + ": "
                            + RevocationDocument.what(response.getRevocation().getTarget()),
                    response.getSpread(),
                    response.getRemark());
        });
    }
}
