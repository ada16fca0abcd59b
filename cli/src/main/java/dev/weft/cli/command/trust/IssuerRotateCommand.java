package dev.weft.cli.command.trust;

import dev.weft.api.v1.RotationKind;
import dev.weft.cli.command.Session;
import dev.weft.cli.command.SessionCommand;
import java.io.IOException;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "rotate",
        description = "Replace the issuer of a running mesh, under its present anchor.",
        footer = {
            "  weft issuer rotate --anchor anchor.pem --anchor-key anchor-key.pem",
            "  weft issuer rotate --status                         # its step, and the sidecars it waits for",
            "  weft issuer rotate --roll-back",
            "  weft issuer rotate --emergency --anchor anchor.pem --anchor-key anchor-key.pem",
            "",
            "Every sidecar renews under the new issuer, and the command waits for each. The issuer's key is made",
            "in the mesh, the anchor's key stays with this process. A mesh that made its own anchor has not kept",
            "that key: use 'weft trust rotate', which replaces both. 'weft issuer install' waits for no sidecar.",
            "",
            "Exits 0 when it is done (with --roll-back: undone), 1 when it is not, 2 when the command line is wrong,",
            "3 when there is no such mesh, workload or rotation, 130 when interrupted: the rotation goes on.",
        })
final class IssuerRotateCommand extends SessionCommand {

    @Mixin
    private PresentAnchorOptions anchor;

    @Mixin
    private RotateOptions options;

    IssuerRotateCommand(Session session, Confirmation confirmation) {
        super(session);
        this.anchor = new PresentAnchorOptions(session);
        this.options = new RotateOptions(confirmation);
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        options.check();
        return new RotationCommand(session, options, RotationKind.ROTATION_KIND_ISSUER, options.mesh.mesh(session))
                .run(anchor, _ -> Optional.empty());
    }
}
