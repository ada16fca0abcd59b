package dev.weft.identity.trust;

import dev.weft.identity.spiffe.TrustDomain;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The bundles of all trust domains of the mesh at one moment. */
public record TrustBundles(Map<TrustDomain, TrustBundle> byTrustDomain) {

    /** No bundles: nothing is trusted. */
    public static final TrustBundles EMPTY = new TrustBundles(Map.of());

    /** @throws IllegalArgumentException if the map holds a bundle under another trust domain than its own */
    public TrustBundles {
        byTrustDomain = Map.copyOf(byTrustDomain);
        byTrustDomain.forEach((trustDomain, bundle) -> {
            if (!bundle.trustDomain().equals(trustDomain)) {
                throw new IllegalArgumentException(
                        "bundle of " + bundle.trustDomain() + " filed under " + trustDomain + " (expected: its own)");
            }
        });
    }

    /**
     * Returns a set of these bundles.
     *
     * @throws IllegalStateException if two bundles are of the same trust domain (TB-06)
     */
    public static TrustBundles of(TrustBundle... bundles) {
        return new TrustBundles(
                Arrays.stream(bundles).collect(Collectors.toMap(TrustBundle::trustDomain, Function.identity())));
    }

    /** Returns the bundle of this trust domain, if it is known. */
    public Optional<TrustBundle> find(TrustDomain trustDomain) {
        return Optional.ofNullable(byTrustDomain.get(trustDomain));
    }

    /** Returns a copy with this bundle, which replaces a bundle of the same trust domain. */
    public TrustBundles with(TrustBundle bundle) {
        Map<TrustDomain, TrustBundle> changed = new HashMap<>(byTrustDomain);
        changed.put(bundle.trustDomain(), bundle);
        return new TrustBundles(changed);
    }

    /** Returns a copy without the bundle of this trust domain. */
    public TrustBundles without(TrustDomain trustDomain) {
        Map<TrustDomain, TrustBundle> changed = new HashMap<>(byTrustDomain);
        changed.remove(trustDomain);
        return new TrustBundles(changed);
    }
}
