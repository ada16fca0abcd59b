package dev.weft.cli.command.trust;

import dev.weft.api.v1.InstallIssuerRequest;
import dev.weft.api.v1.InstallIssuerResponse;
import dev.weft.api.v1.TrustOperatorGrpc;
import dev.weft.cli.command.MeshOrClusterOption;
import dev.weft.cli.command.Session;
import dev.weft.cli.command.SessionCommand;
import dev.weft.cli.failure.ExitCode;
import dev.weft.cli.mesh.Mesh;
import dev.weft.cli.screen.Human;
import dev.weft.cli.screen.Screen;
import dev.weft.cli.screen.Style;
import dev.weft.identity.keys.Pem;
import java.io.IOException;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "install",
        description = "Take an issuer into use, after a test that it works.",
        footer = {
            "  weft issuer install east.pem                       # signed for 'weft issuer csr'",
            "  weft issuer install tls.crt --key tls.key          # one that was made elsewhere",
            "",
            "Refused unless its anchor is published already and every connected workload holds it.",
            "Workloads change over to it as they renew.",
        })
final class IssuerInstallCommand extends SessionCommand {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    @Parameters(
            paramLabel = "FILE",
            description = "the issuer's certificate, then those up to the anchor, PEM; - is standard input.")
    private Path file = Path.of("");

    @Option(
            names = "--key",
            paramLabel = "FILE",
            description = "its key, if it was not made by 'weft issuer csr'; encrypted or mode 0600")
    private @Nullable Path key;

    @Mixin
    private PassphraseOption passphrase = new PassphraseOption();

    @Mixin
    private MeshOrClusterOption meshOption = new MeshOrClusterOption();

    IssuerInstallCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() throws IOException {
        Mesh mesh = meshOption.mesh(session);
        InstallIssuerRequest.Builder request = InstallIssuerRequest.newBuilder().setChainPem(AnchorFiles.text(file));
        if (key != null) {
            PrivateKey given = AnchorFiles.issuerKey(session, key, passphrase);
            request.setPrivateKeyPem(Pem.encodePrivateKey(given));
        }
        InstallIssuerResponse installed = mesh.ask(operator ->
                operator.ask(TrustOperatorGrpc::newBlockingStub, LIMIT, it -> it.installIssuer(request.build())));
        Instant now = session.clock().instant();
        Screen screen = session.screen();
        screen.line(screen.paint(Style.GOOD, "✓") + " " + installed.getIssuer().getSubject() + " is in use, ends "
                + Human.relative(Instant.ofEpochSecond(installed.getIssuer().getNotAfter()), now));
        screen.line("  the former one signs nothing more; "
                + Human.count(installed.getFormer().getLiveLeaves(), "workload")
                + " change over as they renew");
        return ExitCode.OK;
    }
}
