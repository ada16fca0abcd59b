package dev.weft.control.state;

import static java.util.Objects.requireNonNull;

import dev.weft.identity.issue.Issuer;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * The files of the state directory as they were read at one moment.
 *
 * @param anchors what the trust domain's workloads trust
 * @param issuer signs for the trust domain; not yet known to work
 * @param retired what signed before, and is on its way out
 * @param fingerprint of all the files: equal when nothing changed
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
