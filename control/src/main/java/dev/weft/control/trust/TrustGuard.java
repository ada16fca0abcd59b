package dev.weft.control.trust;

import static java.util.Objects.requireNonNull;

import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.trust.SerialNumber;
import dev.weft.identity.trust.SpkiFingerprint;
import dev.weft.identity.verify.IssuerScope;
import dev.weft.mesh.model.Revocation;
import dev.weft.mesh.model.TrustDomainObject;
import dev.weft.mesh.registry.Snapshot;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Keeps objects out of force that would cut the mesh off. These are revocations that would make the sidecars refuse the
 * control plane, or everything that it issues; and trust domains that share the mesh's anchor while no name constraint
 * keeps the issuer in use from signing for them. Such a trust domain is disabled, and keeps its address ranges: what is
 * called there is never called in plaintext. Both are checked again whenever the objects are, so that they come into
 * force as soon as they can.
 */
public final class TrustGuard {

    private final TrustDomain own;
    private final SpiffeId controlPlane;
    private final TrustSource trust;

    /** @param controlPlane the control plane's identity */
    public TrustGuard(SpiffeId controlPlane, TrustSource trust) {
        this.own = controlPlane.trustDomain();
        this.controlPlane = requireNonNull(controlPlane, "controlPlane");
        this.trust = requireNonNull(trust, "trust");
    }

    /**
     * The objects that may come into force.
     *
     * @param objects the objects, with a refused trust domain disabled and without refused revocations
     * @param refused objects that are kept out of force
     */
    public record Admitted(Snapshot objects, List<Refused> refused) {
        public Admitted {
            refused = List.copyOf(refused);
        }
    }

    /** An object that is kept out of force, and why. */
    public record Refused(String kind, String name, String reason) {}

    /** Checks all objects. */
    public Admitted admit(Snapshot objects, Instant now) {
        List<Refused> refused = new ArrayList<>();
        EssentialKeys lifelines = essentialKeys();
        Set<String> left = new HashSet<>();
        objects.revocations().forEach((name, revocation) -> {
            if (revocation.inForce(now)) {
                lifelines.objection(revocation).ifPresent(reason -> {
                    refused.add(new Refused("Revocation", name, reason));
                    left.add(name);
                });
            }
        });
        Map<TrustDomain, TrustDomainObject> domains = new HashMap<>();
        objects.trustDomains()
                .forEach((domain, object) -> objection(object)
                        .ifPresentOrElse(
                                reason -> {
                                    refused.add(new Refused("TrustDomain", domain.toString(), reason));
                                    domains.put(domain, object.closed(reason));
                                },
                                () -> domains.put(domain, object)));
        if (refused.isEmpty()) {
            return new Admitted(objects, refused);
        }
        Map<String, Revocation> revocations = new TreeMap<>(objects.revocations());
        revocations.keySet().removeAll(left);
        return new Admitted(objects.withRevocations(revocations).withTrustDomains(domains), refused);
    }

    private Optional<String> objection(TrustDomainObject object) {
        TrustDomain domain = object.trustDomain();
        List<X509Certificate> chain = trust.issuerChain();
        if (domain.equals(own) || chain.isEmpty() || IssuerScope.isKeptFrom(chain, domain)) {
            return Optional.empty();
        }
        Set<PublicKey> keys = new HashSet<>();
        trust.own().anchors().forEach(anchor -> keys.add(anchor.getPublicKey()));
        return object.anchors().stream()
                .filter(anchor -> keys.contains(anchor.getPublicKey()))
                .findFirst()
                .map(anchor -> "WEFT-C088: its anchor "
                        + anchor.getSubjectX500Principal().getName()
                        + " is this mesh's as well, and no name constraints keep this mesh's issuer to " + own
                        + ": its sidecars would have to refuse each other; install an issuer that weft trust sign has"
                        + " signed, or give each trust domain an anchor of its own");
    }

    private EssentialKeys essentialKeys() {
        Set<SpkiFingerprint> keys = new HashSet<>();
        Set<SerialNumber> serials = new HashSet<>();
        for (List<X509Certificate> chain : trust.protectedChains()) {
            for (X509Certificate certificate : chain) {
                serials.add(SerialNumber.of(certificate));
                keys.add(SpkiFingerprint.of(certificate));
            }
            if (!chain.isEmpty()) {
                X509Certificate last = chain.getLast();
                trust.own().anchors().stream()
                        .filter(anchor -> anchor.getSubjectX500Principal().equals(last.getIssuerX500Principal()))
                        .forEach(anchor -> {
                            serials.add(SerialNumber.of(anchor));
                            keys.add(SpkiFingerprint.of(anchor));
                        });
            }
        }
        return new EssentialKeys(own, controlPlane, keys, serials);
    }

    /** The keys and certificates that the mesh depends on: if they were revoked, nothing would work any more. */
    private record EssentialKeys(
            TrustDomain own, SpiffeId controlPlane, Set<SpkiFingerprint> keys, Set<SerialNumber> serials) {

        Optional<String> objection(Revocation revocation) {
            if (!revocation.trustDomainIn(own).equals(own)) {
                return Optional.empty();
            }
            return switch (revocation.target()) {
                case Revocation.Target.Issuer(SpkiFingerprint key)
                when keys.contains(key) -> Optional.of(cutOff("the issuer in use, or the anchor above it"));
                case Revocation.Target.Certificate(SerialNumber serial)
                when serials.contains(serial) ->
                    Optional.of(cutOff("the certificate of the issuer in use, its anchor or the control plane"));
                case Revocation.Target.Identity(SpiffeId id, Instant _)
                when id.equals(controlPlane) -> Optional.of(cutOff("the control plane itself"));
                case Revocation.Target.Issuer _, Revocation.Target.Certificate _, Revocation.Target.Identity _ ->
                    Optional.empty();
            };
        }

        private static String cutOff(String what) {
            return "WEFT-C089: that is " + what + ": every sidecar would be cut off; it is not in force. An emergency"
                    + " rotation replaces the issuer or the anchor before it revokes it (docs/rotation.md)";
        }
    }
}
