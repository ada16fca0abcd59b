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
 * What the registry's objects say of trust at one moment.
 *
 * @param domains the trust domains that are spoken of
 * @param revocations those in force, by the trust domain that they are of
 */
public record DeclaredTrust(Map<TrustDomain, TrustDomainObject> domains, Map<TrustDomain, Revocations> revocations) {

    /** Says nothing. */
    public static final DeclaredTrust NONE = new DeclaredTrust(Map.of(), Map.of());

    public DeclaredTrust {
        domains = Map.copyOf(domains);
        revocations = Map.copyOf(revocations);
    }

    /** What the objects say now, in a mesh of this trust domain. */
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

    /** What belongs to this trust domain. */
    public Revocations revocationsOf(TrustDomain trustDomain) {
        return revocations.getOrDefault(trustDomain, Revocations.NONE);
    }

    /** What belongs to one trust domain. */
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

    /** Certificates begin at whole seconds, and the wire has whole seconds: the next one says the same of all of them. */
    private static Instant wholeSeconds(Instant time) {
        Instant floor = time.truncatedTo(ChronoUnit.SECONDS);
        return floor.equals(time) ? time : floor.plusSeconds(1);
    }
}
