package dev.weft.cli.command.kubernetes;

import dev.weft.cli.command.Session;
import dev.weft.cli.command.trust.AnchorFiles;
import dev.weft.cli.command.trust.PassphraseOption;
import dev.weft.cli.command.trust.Signing;
import dev.weft.cli.failure.CommandFailure;
import dev.weft.cli.screen.Style;
import dev.weft.control.state.ControlState;
import dev.weft.identity.issue.Issuer;
import dev.weft.identity.issue.TrustAnchor;
import dev.weft.identity.issue.TrustAnchors;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.kubernetes.install.IssuerSecret;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The options for the anchor and issuer of an installation: given, created here, or left as they are in the cluster.
 */
final class IssuerOptions {

    @Option(names = "--anchor-file", paramLabel = "FILE", description = "the trust anchor's certificate, PEM")
    private @Nullable Path anchorFile;

    @Option(
            names = "--issuer-cert",
            paramLabel = "FILE",
            description = "the issuer's certificate, followed by those between it and the anchor, PEM")
    private @Nullable Path issuerCertificate;

    @Option(names = "--issuer-key", paramLabel = "FILE", description = "the issuer's key, PEM, mode 0600")
    private @Nullable Path issuerKey;

    @Option(
            names = "--keep-issuer",
            description = "do not print the secret weft-issuer: the cluster has one since the first installation")
    boolean keep;

    @Option(
            names = "--follow-issuer",
            description = {
                "always use the issuer in the secret weft-issuer, which another program such as cert-manager renews.",
                "Without this option, the control plane starts with that issuer, and 'weft trust rotate' replaces it."
            })
    boolean follow;

    @Option(
            names = "--anchor-key-out",
            paramLabel = "FILE",
            description = {
                "write the key of the new anchor to this file, encrypted with a passphrase.",
                "Without this option, the key is not kept, so the anchor cannot sign another issuer."
            })
    private @Nullable Path anchorKeyOut;

    @Mixin
    private PassphraseOption passphrase = new PassphraseOption();

    /**
     * Returns the issuer; empty if the cluster keeps its own.
     *
     * @throws CommandFailure if the options do not go together (WEFT-L100), or the files do not (WEFT-L302)
     */
    Optional<IssuerSecret> issuer(Session session, TrustDomain trustDomain) {
        boolean some = anchorFile != null || issuerCertificate != null || issuerKey != null;
        if (keep) {
            refuse(some || anchorKeyOut != null, "--keep-issuer: there is no other issuer then");
            return Optional.empty();
        }
        if (!some) {
            return Optional.of(made(session, trustDomain));
        }
        refuse(anchorKeyOut != null, "--anchor-key-out: no anchor is made where one is given");
        if (anchorFile == null || issuerCertificate == null || issuerKey == null) {
            throw InjectionOptions.usage("--anchor-file, --issuer-cert and --issuer-key belong together");
        }
        return Optional.of(given(session, trustDomain, anchorFile, issuerCertificate, issuerKey));
    }

    private IssuerSecret given(
            Session session, TrustDomain trustDomain, Path anchor, Path certificate, Path privateKey) {
        X509Certificate root = AnchorFiles.certificate(anchor);
        List<X509Certificate> chain = AnchorFiles.certificates(certificate);
        try {
            return IssuerSecret.of(
                    trustDomain,
                    root,
                    chain,
                    AnchorFiles.issuerKey(session, privateKey, passphrase),
                    session.clock().instant());
        } catch (IllegalArgumentException e) {
            throw CommandFailure.failed(
                    "WEFT-L302",
                    certificate + ": " + e.getMessage(),
                    "'weft trust sign' signs an issuer under an anchor; docs/trust.md says what it must be like");
        }
    }

    private IssuerSecret made(Session session, TrustDomain trustDomain) {
        TrustAnchor anchor =
                TrustAnchors.create("Weft anchor of " + trustDomain, ControlState.ANCHOR_LIFETIME, session.clock());
        if (anchorKeyOut != null) {
            AnchorFiles.keepKey(session, anchorKeyOut, passphrase, anchor.key());
        }
        Issuer issuer = Signing.issuer(session, anchor, trustDomain);
        if (anchorKeyOut == null) {
            session.screen()
                    .note(session.screen().paint(Style.BAD, "!")
                            + " the key of the new trust anchor is forgotten: it signs no other issuer, and this one"
                            + " ends at "
                            + issuer.notAfter() + ".");
            session.screen()
                    .note("  Say --anchor-key-out FILE to keep it, or bring an anchor: 'weft trust init', 'weft"
                            + " trust sign'.");
        }
        return IssuerSecret.of(
                trustDomain,
                anchor.certificate(),
                issuer.chain(),
                issuer.key(),
                session.clock().instant());
    }

    private static void refuse(boolean wrong, String what) {
        if (wrong) {
            throw InjectionOptions.usage(what);
        }
    }
}
