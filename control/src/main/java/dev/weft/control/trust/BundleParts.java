package dev.weft.control.trust;

import dev.weft.identity.bundle.SpiffeBundle;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.trust.Revocations;
import dev.weft.identity.trust.SerialNumber;
import dev.weft.identity.trust.SpkiFingerprint;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.identity.verify.IssuerScope;
import dev.weft.mesh.model.TrustDomainObject;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * The parts that all bundles are made from, by their source.
 *
 * @param trustDomain the own trust domain
 * @param declared from the registry: the state of each trust domain, revocations, and the anchors of those that
 *     federation has not fetched
 * @param federated from the other trust domains' own bundles; used for those that the registry declares
 * @param machines revoked certificates of machines of the own trust domain
 */
record BundleParts(
        TrustDomain trustDomain,
        OwnAuthorities own,
        DeclaredTrust declared,
        Map<TrustDomain, SpiffeBundle> federated,
        Set<SerialNumber> machines) {

    BundleParts {
        federated = Map.copyOf(federated);
        machines = Set.copyOf(machines);
    }

    static BundleParts none(TrustDomain trustDomain) {
        return new BundleParts(trustDomain, OwnAuthorities.NONE, DeclaredTrust.NONE, Map.of(), Set.of());
    }

    BundleParts withOwn(OwnAuthorities others) {
        return new BundleParts(trustDomain, others, declared, federated, machines);
    }

    BundleParts withDeclared(DeclaredTrust other) {
        return new BundleParts(trustDomain, own, other, federated, machines);
    }

    BundleParts withFederated(Map<TrustDomain, SpiffeBundle> others) {
        return new BundleParts(trustDomain, own, declared, others, machines);
    }

    BundleParts withMachines(Set<SerialNumber> revoked) {
        return new BundleParts(trustDomain, own, declared, federated, revoked);
    }

    /**
     * Returns the bundles, all with sequence 0.
     *
     * @param issuerChain chain of the issuer in use, without its anchor; empty before there is one
     * @param leftOut receives each trust domain whose bundle contains anchors that it may not claim
     */
    Map<TrustDomain, TrustBundle> bundles(List<X509Certificate> issuerChain, Consumer<TrustDomain> leftOut) {
        Map<TrustDomain, TrustBundle> bundles = new HashMap<>();
        for (TrustDomainObject object : declared.domains().values()) {
            TrustDomain domain = object.trustDomain();
            SpiffeBundle fetched = federated.get(domain);
            bundles.put(
                    domain,
                    new TrustBundle(
                            domain,
                            fetched == null ? object.anchors() : ofItself(object, fetched, issuerChain, leftOut),
                            object.state(),
                            0,
                            declared.revocationsOf(domain),
                            fetched == null ? object.jwtAuthorities() : fetched.jwtAuthorities()));
        }
        TrustDomainObject object = declared.domains().get(trustDomain);
        bundles.put(trustDomain, ownBundle(object == null ? TrustBundle.State.ACTIVE : object.state()));
        return bundles;
    }

    /**
     * Returns the anchors that a trust domain claims, without those that it may not claim. Only the operator may
     * declare that an anchor is shared with another trust domain, because issuers below it are then bound to name
     * constraints. Otherwise a trust domain that was taken over could cause others to be refused.
     */
    private List<X509Certificate> ofItself(
            TrustDomainObject object,
            SpiffeBundle fetched,
            List<X509Certificate> issuerChain,
            Consumer<TrustDomain> leftOut) {
        Set<PublicKey> keys = new HashSet<>();
        if (!IssuerScope.isKeptFrom(issuerChain, object.trustDomain())) {
            own.anchors().forEach(anchor -> keys.add(anchor.getPublicKey()));
        }
        declared.domains().values().stream()
                .filter(other -> !other.trustDomain().equals(object.trustDomain()))
                .flatMap(other -> other.anchors().stream())
                .forEach(anchor -> keys.add(anchor.getPublicKey()));
        object.anchors().forEach(anchor -> keys.remove(anchor.getPublicKey()));
        List<X509Certificate> left = fetched.anchors().stream()
                .filter(anchor -> !keys.contains(anchor.getPublicKey()))
                .toList();
        if (left.size() < fetched.anchors().size()) {
            leftOut.accept(object.trustDomain());
        }
        return left;
    }

    /** Returns the own trust domain's bundle with sequence 0, as if it had this state. */
    TrustBundle ownBundle(TrustBundle.State state) {
        return new TrustBundle(trustDomain, own.anchors(), state, 0, ownRevocations(), own.jwtAuthorities());
    }

    private Revocations ownRevocations() {
        Revocations revoked = declared.revocationsOf(trustDomain);
        if (machines.isEmpty() && own.revoked().isEmpty() && own.tainted().isEmpty()) {
            return revoked; // there may be thousands
        }
        Set<SpkiFingerprint> issuers = new HashSet<>(revoked.issuers());
        issuers.addAll(own.revoked());
        Set<SerialNumber> certificates = new HashSet<>(revoked.certificates());
        certificates.addAll(machines);
        return new Revocations(certificates, issuers, revoked.identities(), own.tainted());
    }

    /** Returns the bundle with the descendants of its revoked certificates revoked too. */
    static TrustBundle withDescent(TrustBundle bundle, UnaryOperator<Set<SerialNumber>> descent) {
        Revocations said = bundle.revocations();
        Set<SerialNumber> all = descent.apply(said.certificates());
        return all.equals(said.certificates())
                ? bundle
                : new TrustBundle(
                        bundle.trustDomain(),
                        bundle.anchors(),
                        bundle.state(),
                        bundle.sequence(),
                        new Revocations(all, said.issuers(), said.identities(), said.tainted()),
                        bundle.jwtAuthorities());
    }
}
