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
 * The next issuer of a rotation where somebody else makes the issuers: it appears in the issuer's directory after every
 * sidecar trusts the anchor above it.
 */
record ExternalIssuer(RotationParts parts) {

    private static final String WAITS = "WEFT-C115";

    /**
     * Returns the issuer under the new anchor.
     *
     * @throws IOException while there is none, or it does not work; the message names what is waited for
     */
    Issuer next(Rotation rotation) throws IOException {
        IssuerDirectory directory = parts.issuerDirectory()
                .orElseThrow(() -> new IOException(WAITS + ": the control plane was started "
                        + "without the issuer's directory that the rotation began with: start it with --issuer-dir, "
                        + "or roll back"));
        List<X509Certificate> last = rotation.lastAnchors();
        try {
            Content content = directory.read();
            if (IssuerChains.anchorOf(content.chain(), last).isEmpty()) {
                throw new IOException(WAITS + ": it waits for a pair in " + directory.path() + " under the new anchor, "
                        + last.getFirst().getSubjectX500Principal().getName()
                        + ": have tls.crt and tls.key signed by it "
                        + "(the pair that is there is under "
                        + content.chain().getLast().getIssuerX500Principal().getName() + ")");
            }
            OwnAuthorities own = parts.trust().own();
            // Must verify with the final anchors, and with both anchors for sidecars that have these in the meantime.
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
