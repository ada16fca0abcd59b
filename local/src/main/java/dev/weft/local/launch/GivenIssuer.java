package dev.weft.local.launch;

import static java.util.Objects.requireNonNull;

import dev.weft.identity.issue.Issuer;
import java.security.cert.X509Certificate;

/**
 * What a mesh's trust rests on, where somebody brings it along.
 *
 * @param anchor the certificate; its key is nobody's business here
 * @param issuer of the mesh's trust domain, signed by the anchor
 */
public record GivenIssuer(X509Certificate anchor, Issuer issuer) {

    public GivenIssuer {
        requireNonNull(anchor, "anchor");
        requireNonNull(issuer, "issuer");
    }
}
