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
 * Knows which keys are anchors of several trust domains. Such an anchor does not show to which trust domain a
 * certificate belongs (SPIFFE Trust Domain and Bundle section 6.2, TB-07), so name constraints must. Disabled bundles
 * count as well: the issuer of a disabled trust domain can still sign.
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

    /** Returns the trust domains that have an anchor with this key; empty if there is only one. */
    Set<TrustDomain> of(X509Certificate anchor) {
        return domains.isEmpty() ? Set.of() : domains.getOrDefault(anchor.getPublicKey(), Set.of());
    }
}
