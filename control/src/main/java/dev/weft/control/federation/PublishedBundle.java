package dev.weft.control.federation;

import dev.weft.control.trust.TrustSource;
import dev.weft.identity.bundle.SpiffeBundle;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.trust.Revocations;
import dev.weft.identity.trust.SpkiFingerprint;
import dev.weft.identity.trust.TrustBundle;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The own trust domain's bundle as other domains see it: always what is trusted at the moment of the request (FE-06).
 */
record PublishedBundle(TrustDomain trustDomain, TrustSource trust, Duration refreshHint) {

    /**
     * Returns the bundle now. SPIFFE has no state between trusted and absent: an anchor whose key is tainted or revoked
     * is left out, so that a compromised key proves nothing elsewhere.
     */
    SpiffeBundle now() {
        TrustBundle bundle = trust.bundles().byTrustDomain().get(trustDomain);
        if (bundle == null) {
            return SpiffeBundle.EMPTY;
        }
        Revocations revocations = bundle.revocations();
        List<X509Certificate> anchors = bundle.anchors().stream()
                .filter(anchor -> stands(anchor, revocations))
                .toList();
        return new SpiffeBundle(
                anchors, bundle.jwtAuthorities(), OptionalLong.of(bundle.sequence()), Optional.of(refreshHint));
    }

    private static boolean stands(X509Certificate anchor, Revocations revocations) {
        SpkiFingerprint key = SpkiFingerprint.of(anchor);
        return !revocations.tainted().contains(key) && !revocations.issuers().contains(key);
    }
}
