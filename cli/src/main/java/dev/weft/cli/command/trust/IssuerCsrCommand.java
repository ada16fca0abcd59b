package dev.weft.cli.command.trust;

import dev.weft.api.v1.CreateIssuerRequestRequest;
import dev.weft.api.v1.CreateIssuerRequestResponse;
import dev.weft.api.v1.TrustOperatorGrpc;
import dev.weft.cli.command.MeshOrClusterOption;
import dev.weft.cli.command.Session;
import dev.weft.cli.command.SessionCommand;
import dev.weft.cli.failure.ExitCode;
import dev.weft.cli.mesh.Mesh;
import dev.weft.cli.screen.Human;
import dev.weft.cli.screen.Screen;
import dev.weft.cli.screen.Style;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "csr",
        description = "Make a key for a new issuer, which stays in the mesh, and print a request to sign it.",
        footer = {
            "  weft issuer csr > east.csr",
            "",
            "Next: 'weft trust sign' where the anchor's key is, then 'weft issuer install'.",
            "Earlier requests stay valid: an issuer that is signed for one of them can be installed.",
        })
final class IssuerCsrCommand extends SessionCommand {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    @Option(names = "--out", paramLabel = "FILE", description = "where the request goes. Default: standard output.")
    private @Nullable Path out;

    @Mixin
    private MeshOrClusterOption meshOption = new MeshOrClusterOption();

    IssuerCsrCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() throws IOException {
        Mesh mesh = meshOption.mesh(session);
        CreateIssuerRequestResponse made = mesh.ask(operator -> operator.ask(
                TrustOperatorGrpc::newBlockingStub,
                LIMIT,
                it -> it.createIssuerRequest(CreateIssuerRequestRequest.getDefaultInstance())));
        Screen screen = session.screen();
        AnchorFiles.put(screen, out, made.getCsrPem());
        screen.note(screen.paint(Style.GOOD, "✓") + " request for an issuer of " + mesh.trustDomain() + ", key "
                + made.getSpkiSha256());
        if (made.getOthersWaiting() > 0) {
            screen.note("  " + Human.count(made.getOthersWaiting(), "request")
                    + " made before can still be signed and installed");
        }
        return ExitCode.OK;
    }
}
