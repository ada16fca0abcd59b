package dev.weft.cli.command.revoke;

import dev.weft.api.v1.RevocationTarget;
import dev.weft.cli.command.Session;
import dev.weft.cli.command.SessionCommand;
import java.io.IOException;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "issuer",
        description = "Revoke all that the key of an issuer or of an anchor has signed.",
        footer = {
            "  weft revoke issuer 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "  weft revoke issuer 9F:86:… --trust-domain other.example",
            "",
            "The issuer in use cannot be revoked; replace it: 'weft issuer rotate --emergency'.",
        })
final class RevokeIssuerCommand extends SessionCommand {

    @Parameters(
            paramLabel = "FINGERPRINT",
            description = "SHA-256 of its public key (SubjectPublicKeyInfo), hexadecimal, with or without colons.")
    private String fingerprint = "";

    @Mixin
    private RevokeOptions options = new RevokeOptions();

    RevokeIssuerCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() throws IOException {
        String hex = fingerprint.replace(":", "").toLowerCase(Locale.ROOT);
        RevocationTarget target =
                RevocationTarget.newBuilder().setIssuerKeySha256(hex).build();
        return options.revoke(session, target, options.trustDomain(session));
    }
}
