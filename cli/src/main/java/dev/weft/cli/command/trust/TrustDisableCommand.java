package dev.weft.cli.command.trust;

import dev.weft.api.v1.TrustDomainState;
import dev.weft.cli.command.OutputOption;
import dev.weft.cli.command.Session;
import dev.weft.cli.command.SessionCommand;
import dev.weft.cli.command.TargetMeshes;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "disable",
        description = "Shut a trust domain out: its sessions with other trust domains are closed.",
        footer = {
            "  weft trust disable west.example --reason 'issuer key stolen' --all   # every mesh that is up",
            "  weft trust disable west.example --mesh east                           # in mesh east alone",
            "",
            "Exits 0 when every sidecar has acknowledged, 1 when one is missing.",
        })
final class TrustDisableCommand extends SessionCommand {

    @Parameters(paramLabel = "DOMAIN", description = "the trust domain.")
    private String domain = "";

    @Option(names = "--reason", paramLabel = "TEXT", defaultValue = "", description = "why; lists show it.")
    private String reason = "";

    @Mixin
    private TargetMeshes meshes = new TargetMeshes();

    @Mixin
    private OutputOption output = new OutputOption();

    TrustDisableCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() throws IOException {
        return DomainState.set(session, meshes, output, domain, TrustDomainState.TRUST_DOMAIN_STATE_DISABLED, reason);
    }
}
