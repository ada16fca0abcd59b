package dev.weft.cli.command.trust;

import dev.weft.cli.command.DurationConverter;
import dev.weft.cli.command.Session;
import dev.weft.cli.command.SessionCommand;
import dev.weft.cli.command.TrustDomainConverter;
import dev.weft.cli.failure.ExitCode;
import dev.weft.cli.screen.Human;
import dev.weft.cli.screen.Screen;
import dev.weft.cli.screen.Style;
import dev.weft.identity.issue.TrustAnchor;
import dev.weft.identity.keys.InvalidEncodingException;
import dev.weft.identity.keys.Pem;
import dev.weft.identity.spiffe.TrustDomain;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "sign",
        description = "Sign a trust domain's issuer with an anchor; needs no mesh.",
        footer = {
            "  weft trust sign --anchor anchor.pem --anchor-key anchor-key.pem \\",
            "      --csr east.csr --trust-domain east.example > east.pem",
            "",
            "A request for another trust domain, or for more than an issuer may have, is refused.",
        })
final class TrustSignCommand extends SessionCommand {

    @Option(names = "--anchor", paramLabel = "FILE", required = true, description = "the anchor's certificate, PEM")
    private Path anchorFile = Path.of("");

    @Option(
            names = "--anchor-key",
            paramLabel = "FILE",
            required = true,
            description = "the anchor's key, PKCS#8, as 'weft trust init' or openssl writes it")
    private Path keyFile = Path.of("");

    @Option(
            names = "--csr",
            paramLabel = "FILE",
            required = true,
            description = "the request, as 'weft issuer csr' makes it; - is standard input")
    private Path csrFile = Path.of("");

    @Option(
            names = "--trust-domain",
            paramLabel = "DOMAIN",
            required = true,
            converter = TrustDomainConverter.class,
            description = "the trust domain that the request must be for")
    @SuppressWarnings("NullAway.Init") // set by picocli before call(): it is required
    private TrustDomain trustDomain;

    @Option(
            names = "--lifetime",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "how long the issuer lives. Default: 1y, or what is left of the anchor.")
    private @Nullable Duration lifetime;

    @Option(names = "--out", paramLabel = "FILE", description = "where the certificate goes. Default: standard output.")
    private @Nullable Path out;

    @Mixin
    private PassphraseOption passphrase = new PassphraseOption();

    TrustSignCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() {
        byte[] csr = request();
        TrustAnchor anchor = AnchorFiles.load(session, anchorFile, keyFile, passphrase);
        Instant now = session.clock().instant();
        X509Certificate issuer = Signing.sign(session, anchor, csr, trustDomain, lifetime);
        Screen screen = session.screen();
        AnchorFiles.put(screen, out, Pem.encodeCertificates(List.of(issuer)));
        screen.note(screen.paint(Style.GOOD, "✓") + " issuer of " + trustDomain + " under "
                + issuer.getIssuerX500Principal().getName() + ", ends "
                + Human.relative(issuer.getNotAfter().toInstant(), now));
        return ExitCode.OK;
    }

    private byte[] request() {
        String text = AnchorFiles.text(csrFile);
        try {
            return Pem.decodeCsr(text);
        } catch (InvalidEncodingException e) {
            throw AnchorFiles.invalid(csrFile, String.valueOf(e.getMessage()));
        }
    }
}
