package dev.weft.cli.command.revoke;

import dev.weft.cli.command.CommandGroup;
import dev.weft.cli.command.Session;
import picocli.CommandLine.Command;

@Command(
        name = "revoke",
        description = "Revoke a certificate, an identity or an issuer. Its live sessions are closed.",
        footer = {
            "  weft revoke identity shop/web                     # what it has now; it may get new ones",
            "  weft revoke identity shop/web --issued-before +1h # nothing for an hour",
            "  weft revoke certificate 3f9a0c…                   # 'weft identity' has serial numbers",
            "  weft revoke list",
            "  weft revoke undo identity-0123456789",
        })
public final class RevokeCommand extends CommandGroup {

    public RevokeCommand(Session session) {
        super(
                new RevokeCertificateCommand(session),
                new RevokeIdentityCommand(session),
                new RevokeIssuerCommand(session),
                new RevokeListCommand(session),
                new RevokeUndoCommand(session));
    }
}
