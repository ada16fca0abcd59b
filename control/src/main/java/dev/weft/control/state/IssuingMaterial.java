package dev.weft.control.state;

import static java.util.Objects.requireNonNull;

import dev.weft.identity.issue.Issuer;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * Anchors and issuers of the state, read at one moment.
 *
 * @param anchors the anchors that the trust domain's workloads trust
 * @param issuer signs for the trust domain; not proven to work yet
 * @param retired anchors and issuers that signed before and are being retired
 * @param fingerprint hash of all of it: equal if nothing has changed
 */
public record IssuingMaterial(
        List<X509Certificate> anchors, Issuer issuer, List<RetiredAuthority> retired, String fingerprint) {

    public IssuingMaterial {
        anchors = List.copyOf(anchors);
        requireNonNull(issuer, "issuer");
        retired = List.copyOf(retired);
        requireNonNull(fingerprint, "fingerprint");
    }
}
