package dev.weft.cli.command.trust;

import dev.weft.api.v1.TrustDomainState;
import dev.weft.cli.command.OutputOption;
import dev.weft.cli.command.Session;
import dev.weft.cli.command.SessionCommand;
import dev.weft.cli.command.TargetMeshes;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "enable",
        description = "Let a disabled trust domain take part again.",
        footer = {"  weft trust enable west.example", "  weft trust enable west.example --mesh east"})
final class TrustEnableCommand extends SessionCommand {

    @Parameters(paramLabel = "DOMAIN", description = "the trust domain.")
    private String domain = "";

    @Mixin
    private TargetMeshes meshes = new TargetMeshes();

    @Mixin
    private OutputOption output = new OutputOption();

    TrustEnableCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() throws IOException {
        return DomainState.set(session, meshes, output, domain, TrustDomainState.TRUST_DOMAIN_STATE_ACTIVE, "");
    }
}
