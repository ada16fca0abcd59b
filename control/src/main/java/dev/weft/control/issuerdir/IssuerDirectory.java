package dev.weft.control.issuerdir;

import static java.util.Objects.requireNonNull;

import dev.weft.control.certify.IssuerProof;
import dev.weft.identity.issue.Issuer;
import dev.weft.identity.keys.Certificates;
import dev.weft.identity.keys.InvalidEncodingException;
import dev.weft.identity.keys.IssuerKeys;
import dev.weft.identity.keys.KeyPairs;
import dev.weft.identity.keys.Pem;
import dev.weft.identity.keys.PrivateKeys;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.svid.SvidProfile;
import dev.weft.identity.svid.SvidViolationException;
import dev.weft.identity.trust.TrustBundles;
import dev.weft.identity.verify.Verification.Rejected;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Reads an issuer from a directory that another program maintains, laid out like a mounted {@code kubernetes.io/tls}
 * secret: {@code tls.crt} (the issuer's certificate, then those up to the anchor), {@code tls.key}, and optionally
 * {@code ca.crt} (the anchors). Never writes to it.
 */
public final class IssuerDirectory {

    private final Path directory;
    private final TrustDomain trustDomain;

    /** @param trustDomain the trust domain that the issuer must belong to */
    public IssuerDirectory(Path directory, TrustDomain trustDomain) {
        this.directory = directory.toAbsolutePath();
        this.trustDomain = requireNonNull(trustDomain, "trustDomain");
    }

    /**
     * The content of the directory.
     *
     * @param chain the issuer's own certificate first, without the anchor
     * @param anchors the anchors in the directory: from {@code ca.crt}, or the self-signed certificate at the end of
     *     {@code tls.crt}
     * @param remarks things that work but should be changed
     */
    public record Content(
            List<X509Certificate> chain, PrivateKey key, List<X509Certificate> anchors, List<String> remarks) {

        public Content {
            chain = List.copyOf(chain);
            requireNonNull(key, "key");
            anchors = List.copyOf(anchors);
            remarks = List.copyOf(remarks);
        }

        /** Hides the key. */
        @Override
        public String toString() {
            return "Content[" + chain.getFirst().getSubjectX500Principal() + "]";
        }
    }

    /** Returns the directory's path. */
    public Path path() {
        return directory;
    }

    /** Returns the trust domain that the issuer must belong to. */
    public TrustDomain trustDomain() {
        return trustDomain;
    }

    /**
     * Reads the files, all as of one moment.
     *
     * @throws BadIssuerException if a file is missing, cannot be read, or is not valid PEM of the expected kind
     */
    public Content read() throws BadIssuerException {
        SecretFiles files = SecretFiles.read(directory);
        List<X509Certificate> given = certificates(SecretFiles.CERTIFICATE, files.certificate());
        List<X509Certificate> anchors = files.authority().isPresent()
                ? certificates(SecretFiles.AUTHORITY, files.authority().get())
                : given.stream().filter(IssuerDirectory::isSelfSigned).toList();
        List<X509Certificate> chain =
                given.size() > 1 && isSelfSigned(given.getLast()) ? given.subList(0, given.size() - 1) : given;
        PrivateKey key;
        try {
            key = IssuerKeys.decode(files.key());
        } catch (InvalidEncodingException e) {
            throw bad(BadIssuerException.NO_PEM, SecretFiles.KEY, String.valueOf(e.getMessage()));
        }
        List<String> remarks = files.exposed().stream()
                .map(file -> file + " may be read by every user who reaches it (expected: mode 0600, or 0640)")
                .toList();
        return new Content(chain, key, anchors, remarks);
    }

    /**
     * Returns the issuer, if it belongs to the trust domain and what it signs is trusted.
     *
     * @param bundles a throw-away SVID must verify with these
     * @throws BadIssuerException if not, with the file, the certificate and what is wrong with it
     */
    public Issuer prove(Content content, TrustBundles bundles, Instant now) throws BadIssuerException {
        checkKey(content);
        for (int i = 0; i < content.chain().size(); i++) {
            checkCertificate(content.chain(), i, now);
        }
        List<X509Certificate> anchors =
                bundles.find(trustDomain).map(bundle -> bundle.anchors()).orElse(List.of());
        X509Certificate last = content.chain().getLast();
        if (anchors.stream().noneMatch(anchor -> Certificates.isSignedBy(last, anchor))) {
            throw bad(
                    BadIssuerException.ANCHOR,
                    "issuer: no trusted anchor has signed "
                            + name(content.chain(), content.chain().size() - 1)
                            + ", whose issuer is "
                            + last.getIssuerX500Principal().getName() + " (trusted: " + names(anchors)
                            + "); add that anchor to anchor.pem in the state directory first, or have the pair signed"
                            + " under one that is trusted");
        }
        try {
            Issuer issuer = Issuer.load(trustDomain, content.chain(), content.key());
            Optional<Rejected> rejected = IssuerProof.judge(issuer, bundles, now);
            if (rejected.isPresent()) {
                throw rejected(content.chain(), rejected.get());
            }
            return issuer;
        } catch (RuntimeException e) {
            throw bad(BadIssuerException.CERTIFICATE, String.valueOf(e.getMessage()));
        }
    }

    private void checkKey(Content content) throws BadIssuerException {
        X509Certificate own = content.chain().getFirst();
        if (!KeyPairs.isAcceptedOfIssuer(own.getPublicKey())) {
            throw bad(
                    BadIssuerException.KEY,
                    "subject public key: " + own.getPublicKey().getAlgorithm()
                            + " of a kind or size that issuers do not have (expected: P-256, P-384, or RSA of 2048 to 4096"
                            + " bits)");
        }
        if (!PrivateKeys.matches(content.key(), own.getPublicKey())) {
            throw bad(
                    BadIssuerException.KEY,
                    SecretFiles.KEY,
                    "is not the key of " + name(content.chain(), 0)
                            + " in tls.crt; write both, or wait until both are written");
        }
    }

    private void checkCertificate(List<X509Certificate> chain, int index, Instant now) throws BadIssuerException {
        X509Certificate certificate = chain.get(index);
        try {
            SvidProfile.checkIssuer(certificate, trustDomain);
        } catch (SvidViolationException e) {
            throw bad(
                    BadIssuerException.CERTIFICATE, name(chain, index) + ": " + e.getMessage() + " [" + e.rule() + "]");
        }
        if (now.isBefore(certificate.getNotBefore().toInstant())) {
            throw bad(
                    BadIssuerException.TIME,
                    name(chain, index) + ": notBefore: begins at "
                            + certificate.getNotBefore().toInstant() + " (now: " + now + "); it is taken then");
        }
        if (!now.isBefore(certificate.getNotAfter().toInstant())) {
            throw bad(
                    BadIssuerException.TIME,
                    name(chain, index) + ": notAfter: ended at "
                            + certificate.getNotAfter().toInstant() + " (now: " + now + "); renew it");
        }
        if (index + 1 < chain.size() && !Certificates.isSignedBy(certificate, chain.get(index + 1))) {
            throw bad(
                    BadIssuerException.CERTIFICATE,
                    name(chain, index) + ": is not signed by the next one, " + name(chain, index + 1)
                            + " (expected: the issuer's own first, then the one that signed it, and so on)");
        }
    }

    /**
     * Reports that a throw-away SVID was refused; the faulty certificate is in the chain, or is the anchor above it.
     */
    private BadIssuerException rejected(List<X509Certificate> chain, Rejected rejected) {
        int index = rejected.certificateIndex() - 1;
        String where = index < 0
                ? "an SVID that it signed"
                : index < chain.size() ? name(chain, index) : "the anchor above it";
        return bad(BadIssuerException.CERTIFICATE, where + ": " + rejected.reason() + " [" + rejected.rule() + "]");
    }

    private List<X509Certificate> certificates(String file, String pem) throws BadIssuerException {
        try {
            return Pem.decodeCertificates(pem);
        } catch (InvalidEncodingException e) {
            throw bad(BadIssuerException.NO_PEM, file, String.valueOf(e.getMessage()));
        }
    }

    private BadIssuerException bad(String code, String reason) {
        return bad(code, SecretFiles.CERTIFICATE, reason);
    }

    private BadIssuerException bad(String code, String file, String reason) {
        return new BadIssuerException(code, directory.resolve(file), reason);
    }

    private static String name(List<X509Certificate> chain, int index) {
        return "certificate " + (index + 1) + " ("
                + chain.get(index).getSubjectX500Principal().getName() + ")";
    }

    private static String names(List<X509Certificate> anchors) {
        return anchors.isEmpty()
                ? "none"
                : String.join(
                        ", ",
                        anchors.stream()
                                .map(anchor -> anchor.getSubjectX500Principal().getName())
                                .toList());
    }

    private static boolean isSelfSigned(X509Certificate certificate) {
        return Certificates.isSignedBy(certificate, certificate);
    }
}
