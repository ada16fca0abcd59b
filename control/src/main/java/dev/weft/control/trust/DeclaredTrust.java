package dev.weft.control.trust;

import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.trust.Revocations;
import dev.weft.identity.trust.SerialNumber;
import dev.weft.identity.trust.SpkiFingerprint;
import dev.weft.mesh.model.Revocation;
import dev.weft.mesh.model.TrustDomainObject;
import dev.weft.mesh.registry.Snapshot;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What the registry's objects declare about trust at one moment.
 *
 * @param domains the declared trust domains
 * @param revocations the revocations in force, by their trust domain
 */
public record DeclaredTrust(Map<TrustDomain, TrustDomainObject> domains, Map<TrustDomain, Revocations> revocations) {

    /** Declares nothing. */
    public static final DeclaredTrust NONE = new DeclaredTrust(Map.of(), Map.of());

    public DeclaredTrust {
        domains = Map.copyOf(domains);
        revocations = Map.copyOf(revocations);
    }

    /** Returns what the objects declare now, in a mesh of this trust domain. */
    public static DeclaredTrust of(Snapshot objects, TrustDomain own, Instant now) {
        Map<TrustDomain, Collected> collected = new HashMap<>();
        for (Revocation revocation : objects.revocations().values()) {
            if (revocation.inForce(now)) {
                collected
                        .computeIfAbsent(revocation.trustDomainIn(own), _ -> new Collected())
                        .add(revocation.target());
            }
        }
        Map<TrustDomain, Revocations> revocations = new HashMap<>();
        collected.forEach((trustDomain, all) -> revocations.put(trustDomain, all.toRevocations()));
        return new DeclaredTrust(objects.trustDomains(), revocations);
    }

    /** Returns the revocations of this trust domain. */
    public Revocations revocationsOf(TrustDomain trustDomain) {
        return revocations.getOrDefault(trustDomain, Revocations.NONE);
    }

    /** Collects the revocations of one trust domain. */
    private static final class Collected {
        private final Set<SerialNumber> certificates = new HashSet<>();
        private final Set<SpkiFingerprint> issuers = new HashSet<>();
        private final Map<SpiffeId, Instant> identities = new HashMap<>();

        void add(Revocation.Target target) {
            switch (target) {
                case Revocation.Target.Certificate(SerialNumber serial) -> certificates.add(serial);
                case Revocation.Target.Issuer(SpkiFingerprint key) -> issuers.add(key);
                case Revocation.Target.Identity(SpiffeId id, Instant before) ->
                    identities.merge(id, wholeSeconds(before), (one, other) -> one.isAfter(other) ? one : other);
            }
        }

        Revocations toRevocations() {
            return new Revocations(certificates, issuers, identities, Set.of());
        }
    }

    /**
     * Rounds up to whole seconds: certificates and messages have whole seconds, so the next one covers the same
     * certificates.
     */
    private static Instant wholeSeconds(Instant time) {
        Instant floor = time.truncatedTo(ChronoUnit.SECONDS);
        return floor.equals(time) ? time : floor.plusSeconds(1);
    }
}
