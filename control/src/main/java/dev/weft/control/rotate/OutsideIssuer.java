package dev.weft.control.rotate;

import dev.weft.control.issuerdir.BadIssuerException;
import dev.weft.control.issuerdir.IssuerDirectory;
import dev.weft.control.issuerdir.IssuerDirectory.Content;
import dev.weft.control.trust.OwnAuthorities;
import dev.weft.identity.issue.Issuer;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * The next issuer of a rotation where somebody else makes issuers: its pair comes into the issuer's directory once the anchor
 * above it is trusted by every sidecar.
 */
final class OutsideIssuer {

    private static final String WAITS = "WEFT-C115";

    private final TrustParts parts;

    OutsideIssuer(TrustParts parts) {
        this.parts = parts;
    }

    /**
     * The issuer under the new anchor.
     *
     * @throws IOException while there is none, or it does not work; it says what is waited for
     */
    Issuer next(Rotation rotation) throws IOException {
        IssuerDirectory directory = parts.issuerDirectory()
                .orElseThrow(() -> new IOException(WAITS + ": the control plane was started "
                        + "without the issuer's directory that the rotation began with: start it with --issuer-dir, "
                        + "or roll back"));
        List<X509Certificate> last = rotation.lastAnchors();
        try {
            Content content = directory.read();
            if (Chains.anchorOf(content.chain(), last).isEmpty()) {
                throw new IOException(WAITS + ": it waits for a pair in " + directory.path() + " under the new anchor, "
                        + last.getFirst().getSubjectX500Principal().getName()
                        + ": have tls.crt and tls.key signed by it "
                        + "(the pair that is there is under "
                        + content.chain().getLast().getIssuerX500Principal().getName() + ")");
            }
            OwnAuthorities own = parts.trust().own();
            // As it must verify when all is done, and as it must meanwhile, to those who have both.
            var _ = directory.prove(
                    content,
                    parts.trust().candidate(own.withAnchors(last)),
                    parts.clock().instant());
            return directory.prove(
                    content,
                    parts.trust().candidate(own.withAnchors(rotation.bothAnchors())),
                    parts.clock().instant());
        } catch (BadIssuerException e) {
            throw new IOException(
                    WAITS + ": the pair in " + directory.path() + " cannot be used: " + e.code() + ": " + e.reason(),
                    e);
        }
    }
}
