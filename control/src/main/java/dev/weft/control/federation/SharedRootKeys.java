package dev.weft.control.federation;

import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.trust.SpkiFingerprint;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.identity.trust.TrustBundles;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Finds root keys shared by trust domains. TB-07 advises against sharing; but one anchor above several domains can be
 * deliberate.
 */
final class SharedRootKeys {

    private SharedRootKeys() {}

    static List<String> remarks(TrustDomain trustDomain, TrustBundles bundles) {
        TrustBundle bundle = bundles.byTrustDomain().get(trustDomain);
        if (bundle == null) {
            return List.of();
        }
        Set<SpkiFingerprint> keys = keys(bundle);
        List<String> remarks = new ArrayList<>();
        bundles.byTrustDomain().values().stream()
                .filter(other -> !other.trustDomain().equals(trustDomain))
                .filter(other -> keys(other).stream().anyMatch(keys::contains))
                .map(other -> other.trustDomain().name())
                .sorted()
                .forEach(other -> remarks.add("shares a root key with " + other
                        + ": each can issue for the other unless its issuers are constrained by name"));
        return List.copyOf(remarks);
    }

    private static Set<SpkiFingerprint> keys(TrustBundle bundle) {
        return bundle.anchors().stream()
                .map(X509Certificate::getPublicKey)
                .map(SpkiFingerprint::of)
                .collect(Collectors.toSet());
    }
}
