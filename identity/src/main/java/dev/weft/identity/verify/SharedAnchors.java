package dev.weft.identity.verify;

import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.trust.TrustBundles;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which keys are anchors of several trust domains. There the anchor alone does not say of which trust domain a certificate is
 * (SPIFFE Trust Domain and Bundle section 6.2, TB-07), so name constraints have to. Bundles that are disabled count: who
 * was shut out still has what its issuer can sign.
 */
final class SharedAnchors {

    private final Map<PublicKey, Set<TrustDomain>> domains = new HashMap<>();

    SharedAnchors(TrustBundles bundles) {
        bundles.byTrustDomain()
                .forEach((domain, bundle) -> bundle.anchors()
                        .forEach(anchor -> domains.computeIfAbsent(
                                        anchor.getPublicKey(),
                                        _ -> new TreeSet<>(java.util.Comparator.comparing(TrustDomain::name)))
                                .add(domain)));
        domains.values().removeIf(sharers -> sharers.size() < 2);
    }

    /** The trust domains with an anchor of this one's key; none if it is an anchor of one trust domain only. */
    Set<TrustDomain> of(X509Certificate anchor) {
        return domains.isEmpty() ? Set.of() : domains.getOrDefault(anchor.getPublicKey(), Set.of());
    }
}
