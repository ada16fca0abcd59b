package dev.weft.cli.command.trust;

import dev.weft.api.v1.RotationKind;
import dev.weft.cli.command.Session;
import dev.weft.cli.command.SessionCommand;
import dev.weft.cli.mesh.Mesh;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "rotate",
        description = "Replace the trust anchor and the issuer of a running mesh.",
        footer = {
            "  weft trust rotate                                   # a new anchor, whose key is not kept",
            "  weft trust rotate --out anchor2/                    # a new anchor, whose key is kept there",
            "  weft trust rotate --anchor anchor.pem --anchor-key anchor-key.pem",
            "  weft trust rotate --anchor anchor.pem               # signed elsewhere (--issuer-dir)",
            "  weft trust rotate --status                          # its step, and the sidecars it waits for",
            "  weft trust rotate --force-without shop/old          # do not wait for this one",
            "  weft trust rotate --roll-back",
            "  weft trust rotate --emergency                       # a key is in the wrong hands",
            "",
            "Each step waits for every sidecar. The control plane goes from step to step by itself: after Ctrl-C,",
            "or when it was killed, the same command follows the rotation that runs. The anchor's key signs one",
            "issuer, in this process, and no control plane sees it. A mesh that was brought up without --anchor",
            "keeps no such key; for any other mesh, give --out or --anchor.",
            "",
            "Exits 0 when it is done (with --roll-back: undone), 1 when it is not, 2 when the command line is wrong,",
            "3 when there is no such mesh, workload or rotation, 130 when interrupted: the rotation goes on.",
        })
final class TrustRotateCommand extends SessionCommand {

    @Mixin
    private NextAnchorOptions anchor = new NextAnchorOptions();

    @Mixin
    private RotateOptions options;

    TrustRotateCommand(Session session, Confirmation confirmation) {
        super(session);
        this.options = new RotateOptions(confirmation);
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        options.check();
        Mesh mesh = options.mesh.mesh(session);
        NextAnchorOptions next = anchor.of(session, mesh);
        return new RotationCommand(session, options, RotationKind.ROTATION_KIND_ANCHOR, mesh)
                .run(
                        next,
                        end -> next.named()
                                .filter(end.getNewAnchorSpkiSha256()::equals)
                                .map(_ -> key(next)));
    }

    private static String key(NextAnchorOptions anchor) {
        return anchor.keptAt()
                .map(file -> "the anchor's key: " + file + ", under your passphrase: keep it offline")
                .orElse("the anchor's key was not kept after it signed the issuer: there is nothing to store or to"
                        + " steal");
    }
}
