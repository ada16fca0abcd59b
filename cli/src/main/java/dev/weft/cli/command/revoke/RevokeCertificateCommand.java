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
        name = "certificate",
        description = "Revoke one certificate, by its serial number.",
        footer = {
            "  weft revoke certificate $(weft identity shop/web -o json | jq -r .serialNumber)",
            "  weft revoke certificate 3F:9A:0C:11 --trust-domain other.example --reason 'key in a log'",
        })
final class RevokeCertificateCommand extends SessionCommand {

    @Parameters(paramLabel = "SERIAL", description = "the serial number, hexadecimal, with or without colons.")
    private String serialNumber = "";

    @Mixin
    private RevokeOptions options = new RevokeOptions();

    RevokeCertificateCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() throws IOException {
        String hex = serialNumber.replace(":", "").toLowerCase(Locale.ROOT);
        RevocationTarget target =
                RevocationTarget.newBuilder().setSerialNumber(hex).build();
        return options.revoke(session, target, options.trustDomain(session));
    }
}
