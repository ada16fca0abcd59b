package dev.weft.control.certify;

import static java.util.Objects.requireNonNull;

import dev.weft.control.trust.TrustSource;
import dev.weft.identity.csr.CsrVerifier;
import dev.weft.identity.csr.InvalidCsrException;
import dev.weft.identity.csr.ParsedCsr;
import dev.weft.identity.issue.Issuer;
import dev.weft.identity.issue.IssuingException;
import dev.weft.identity.keys.SignatureProvider;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.svid.Holder;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.mesh.model.ReservedIdentity;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Signs leaves for proven identities: verifies the request, enforces the rules that no proof overrides, and signs. Safe
 * for use by several threads.
 */
public final class LeafSigner {

    private final TrustDomain trustDomain;
    private final LiveIssuer issuer;
    private final TrustSource trust;
    private final SignatureProvider signatures;
    private final Duration leafLifetime;
    private final Clock clock;

    /**
     * A signer for one trust domain.
     *
     * @param signatures computes the signatures of requests and certificates
     * @throws IllegalArgumentException if the leaf lifetime is out of range
     */
    public LeafSigner(
            TrustDomain trustDomain,
            LiveIssuer issuer,
            TrustSource trust,
            SignatureProvider signatures,
            Duration leafLifetime,
            Clock clock) {
        if (leafLifetime.compareTo(CertificateService.MIN_LEAF_LIFETIME) < 0
                || leafLifetime.compareTo(CertificateService.MAX_LEAF_LIFETIME) > 0) {
            throw new IllegalArgumentException("leaf lifetime: " + leafLifetime + " (expected: "
                    + CertificateService.MIN_LEAF_LIFETIME + " to " + CertificateService.MAX_LEAF_LIFETIME + ")");
        }
        this.trustDomain = requireNonNull(trustDomain, "trustDomain");
        this.issuer = requireNonNull(issuer, "issuer");
        this.trust = requireNonNull(trust, "trust");
        this.signatures = requireNonNull(signatures, "signatures");
        this.leafLifetime = leafLifetime;
        this.clock = requireNonNull(clock, "clock");
    }

    TrustDomain trustDomain() {
        return trustDomain;
    }

    TrustSource trust() {
        return trust;
    }

    Clock clock() {
        return clock;
    }

    Optional<Issuer> usable() {
        return issuer.usable();
    }

    /** Returns the end of the issuer's chain. */
    Instant notAfter() {
        return issuer.notAfter();
    }

    /** @throws InvalidCsrException if the request cannot be read, or is not signed by its own key */
    ParsedCsr verify(byte[] csr) throws InvalidCsrException {
        return CsrVerifier.verify(csr, signatures);
    }

    /**
     * Signs for the identity. Only the key is taken from the request.
     *
     * @param longest longest remaining lifetime of the certificate; the leaf lifetime applies if it is shorter
     */
    Outcome.Issued sign(Issuer signer, ParsedCsr request, SpiffeId id, Holder holder, Duration longest)
            throws NotIssuedException {
        if (!id.trustDomain().equals(trustDomain)) {
            throw new NotIssuedException(Refusal.FOREIGN_IDENTITY, id + " is not of the trust domain " + trustDomain);
        }
        if (ReservedIdentity.is(id)) {
            throw new NotIssuedException(
                    Refusal.RESERVED_IDENTITY, id + " is the control plane's own identity; no workload gets it");
        }
        for (String name : request.uris()) {
            if (!name.equals(id.toString())) {
                throw new NotIssuedException(
                        Refusal.OTHER_IDENTITY, "the signing request names another identity than the proven " + id);
            }
        }
        Instant now = clock.instant();
        TrustBundle bundle = trust.bundles().find(trustDomain).orElseGet(() -> TrustBundle.of(trustDomain, List.of()));
        if (bundle.state() == TrustBundle.State.DISABLED) {
            throw new NotIssuedException(Refusal.REVOKED, "trust domain " + trustDomain + " is disabled");
        }
        // New certificates must not begin before the revocation's moment, although they are dated back for slow clocks.
        Instant revokedBefore = bundle.revocations().identities().getOrDefault(id, Instant.EPOCH);
        if (revokedBefore.isAfter(now)) {
            throw new NotIssuedException(Refusal.REVOKED, id + " is revoked until " + revokedBefore);
        }
        Duration lifetime = leafLifetime.compareTo(longest) < 0 ? leafLifetime : longest;
        try {
            return new Outcome.Issued(
                    id,
                    signer.signingBy(signatures).issue(request.publicKey(), id, holder, lifetime, now, revokedBefore));
        } catch (IssuingException e) {
            throw new NotIssuedException(Refusal.NO_ISSUER, "the issuer cannot sign: " + e.getMessage());
        }
    }
}
