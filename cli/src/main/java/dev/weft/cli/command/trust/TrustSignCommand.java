package dev.weft.cli.command.trust;

import dev.weft.cli.command.Session;
import dev.weft.cli.command.Times;
import dev.weft.cli.failure.CommandFailure;
import dev.weft.cli.failure.ExitCode;
import dev.weft.cli.screen.Human;
import dev.weft.cli.screen.Screen;
import dev.weft.cli.screen.Style;
import dev.weft.control.state.StateFiles;
import dev.weft.identity.issue.IssuerRequests;
import dev.weft.identity.issue.IssuingException;
import dev.weft.identity.issue.TrustAnchor;
import dev.weft.identity.keys.InvalidEncodingException;
import dev.weft.identity.keys.Pem;
import dev.weft.identity.spiffe.TrustDomain;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code weft trust sign}: what an anchor is for. */
@Command(
        name = "sign",
        description = "Sign a trust domain's issuer with an anchor: no mesh needed.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  weft trust sign --anchor anchor.pem --anchor-key anchor-key.pem \\",
            "      --csr east.csr --trust-domain east.example > east.pem",
            "",
            "A request that is for another trust domain, or asks for more than an issuer gets, is refused.",
        })
final class TrustSignCommand implements Callable<Integer> {

    private static final Duration DEFAULT_LIFETIME = Duration.ofDays(365);

    private final Session session;

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
            description = "the request, PKCS#10 in PEM; - is standard input")
    private Path csrFile = Path.of("");

    @Option(
            names = "--trust-domain",
            paramLabel = "DOMAIN",
            required = true,
            converter = TrustDomainText.class,
            description = "the trust domain that the request must be for")
    @SuppressWarnings("NullAway.Init") // set by picocli before call(): it is required
    private TrustDomain trustDomain;

    @Option(
            names = "--lifetime",
            paramLabel = "TIME",
            converter = Times.class,
            description = "how long the issuer lives. Default: 1y, or what is left of the anchor.")
    private @Nullable Duration lifetime;

    @Option(names = "--out", paramLabel = "FILE", description = "where the certificate goes. Default: standard output.")
    private @Nullable Path out;

    @Mixin
    private PassphraseOption passphrase = new PassphraseOption();

    TrustSignCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        byte[] csr = request();
        TrustAnchor anchor = AnchorFiles.load(session, anchorFile, keyFile, passphrase);
        Instant now = session.clock().instant();
        X509Certificate issuer = sign(anchor, csr, now);
        String text = Pem.encodeCertificates(List.of(issuer));
        Screen screen = session.screen();
        if (out == null) {
            screen.out().print(text);
            screen.out().flush();
        } else {
            write(out, text);
        }
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

    private X509Certificate sign(TrustAnchor anchor, byte[] csr, Instant now) {
        Duration left = Duration.between(now, anchor.certificate().getNotAfter().toInstant());
        Duration usual = left.compareTo(DEFAULT_LIFETIME) < 0 ? left : DEFAULT_LIFETIME;
        try {
            return IssuerRequests.sign(anchor, csr, trustDomain, lifetime == null ? usual : lifetime, now);
        } catch (IssuingException e) {
            throw new CommandFailure(
                    ExitCode.FAILED,
                    "WEFT-T006",
                    "nothing was signed: " + e.getMessage(),
                    "see 'openssl req -in " + csrFile
                            + " -noout -text', and docs/trust.md for what an issuer may ask for");
        }
    }

    private static void write(Path file, String text) {
        try {
            StateFiles.write(file, text, StateFiles.PUBLIC);
        } catch (IOException e) {
            throw AnchorFiles.unreadable(file, e);
        }
    }
}
