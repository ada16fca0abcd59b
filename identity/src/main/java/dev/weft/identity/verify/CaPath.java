package dev.weft.identity.verify;

import dev.weft.identity.der.MalformedDerException;
import dev.weft.identity.keys.Certificates;
import dev.weft.identity.keys.SignatureProvider;
import dev.weft.identity.spiffe.PeerText;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.svid.Extensions;
import dev.weft.identity.svid.Rule;
import dev.weft.identity.svid.SvidProfile;
import dev.weft.identity.svid.SvidViolationException;
import dev.weft.identity.trust.Revocations;
import dev.weft.identity.trust.SerialNumber;
import dev.weft.identity.trust.SpkiFingerprint;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SignatureException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The signing certificates above a leaf: the issuers, nearest first, and the anchor. A checked path stays good for its
 * bundle as long as each certificate is valid, so the verifier keeps it. The check of the path depends on the leaf's
 * trust domain only. The check of a leaf does not depend on whether the path was kept.
 */
record CaPath(List<X509Certificate> issuers, X509Certificate anchor) {

    /** Policy mappings, policy constraints, inhibit any-policy: they affect the certificates below. */
    private static final Set<String> INHERITED_POLICY =
            Set.of(Extensions.POLICY_MAPPINGS, Extensions.POLICY_CONSTRAINTS, Extensions.INHIBIT_ANY_POLICY);

    CaPath {
        issuers = List.copyOf(issuers);
    }

    /** Returns all certificates, the anchor last. The certificate at i has index i + 1 in the peer's chain. */
    List<X509Certificate> certificates() {
        List<X509Certificate> all = new ArrayList<>(issuers);
        all.add(anchor);
        return all;
    }

    /** Checks everything that depends on the leaf's trust domain only, not on the leaf itself. */
    void check(TrustDomain trustDomain, Revocations revocations, Instant now) throws RejectionException {
        List<X509Certificate> all = certificates();
        int below = 0;
        for (int i = 0; i < all.size(); i++) {
            X509Certificate certificate = all.get(i);
            int index = i + 1;
            checkProfile(certificate, trustDomain, index, i < issuers.size());
            checkNameConstraints(certificate, trustDomain, index);
            checkRevocation(certificate, revocations, index);
            KeyStrength.checkKey(certificate, index);
            if (i < issuers.size()) {
                KeyStrength.checkSignature(certificate, index);
                KeyIdentifiers.check(certificate, all.get(i + 1), index, ofSigner(i + 1));
            }
            if (certificate.getBasicConstraints() < below) {
                throw new RejectionException(
                        index,
                        Rule.PATH_LENGTH,
                        below + " CAs are below it (expected: <= " + certificate.getBasicConstraints()
                                + ", its path length)");
            }
            // Self-issued certificates do not count: RFC 5280 section 4.2.1.9.
            if (!certificate.getSubjectX500Principal().equals(certificate.getIssuerX500Principal())) {
                below++;
            }
        }
        checkValidity(now);
    }

    /**
     * Checks that an anchor of several trust domains cannot sign across them. For each other trust domain, some
     * certificate of the path must have permitted names, and the other trust domain must not be among them.
     *
     * @param sharers the trust domains of the anchor, including the leaf's
     */
    void checkKeptApart(TrustDomain trustDomain, Set<TrustDomain> sharers) throws RejectionException {
        for (TrustDomain other : sharers) {
            if (!other.equals(trustDomain) && !IssuerScope.isKeptFrom(certificates(), other)) {
                throw new RejectionException(
                        1,
                        Rule.SHARED_ANCHOR,
                        "its anchor serves trust domain " + other
                                + " as well, and no name constraints keep it from signing"
                                + " for that one (expected: permitted URI names, " + trustDomain
                                + " only; or an anchor for each trust domain)");
            }
        }
    }

    /**
     * Checks for tainted keys. Separate from {@link #check}: a tainted key is not accepted in new proofs, but earlier
     * proofs remain valid.
     */
    void checkTaint(Revocations revocations) throws RejectionException {
        if (revocations.tainted().isEmpty()) {
            return;
        }
        List<X509Certificate> all = certificates();
        for (int i = 0; i < all.size(); i++) {
            SpkiFingerprint key = SpkiFingerprint.of(all.get(i));
            if (revocations.tainted().contains(key)) {
                throw new RejectionException(
                        i + 1, Rule.TAINTED_ISSUER, "signing key with SHA-256 " + key + " is tainted");
            }
        }
    }

    boolean validAt(Instant now) {
        return certificates().stream().allMatch(certificate -> Validity.is(certificate, now));
    }

    private void checkValidity(Instant now) throws RejectionException {
        List<X509Certificate> all = certificates();
        for (int i = 0; i < all.size(); i++) {
            Validity.check(all.get(i), now, i + 1);
        }
    }

    /** Lets the JDK validate the issuers below the anchor, unless the result is known already. */
    void validate(VerifiedFacts known, Instant now) throws RejectionException {
        if (issuers.isEmpty()) {
            return;
        }
        ByteBuffer name = VerifiedFacts.name(
                VerifiedFacts.Fact.PATH,
                certificates().stream().map(Certificates::encode).toList());
        if (!known.has(name)) {
            PathValidation.validate(issuers, anchor, now, 1);
            known.add(name);
        }
    }

    /**
     * Checks a leaf against its issuer, in the same way each time: the issuer's name, key identifier and signature. The
     * JDK also validates the whole path if the leaf has critical policies, or if a certificate above it has policies or
     * constraints that depend on more of the leaf than its trust domain.
     */
    void checkLeaf(X509Certificate leaf, VerifiedFacts known, SignatureProvider signatures, Instant now)
            throws RejectionException {
        X509Certificate issuer = certificates().getFirst();
        checkIssuerName(leaf, issuer);
        KeyIdentifiers.check(leaf, issuer, 0, ofSigner(0));
        ByteBuffer name = VerifiedFacts.name(
                VerifiedFacts.Fact.SIGNATURE, List.of(Certificates.encode(leaf), Certificates.encode(issuer)));
        if (!known.has(name)) {
            verifySignature(leaf, issuer, signatures);
            known.add(name);
        }
        if (Extensions.isCritical(leaf, Extensions.CERTIFICATE_POLICIES)
                || issuers.stream().anyMatch(CaPath::bearsOnLeaf)) {
            List<X509Certificate> path = new ArrayList<>();
            path.add(leaf);
            path.addAll(issuers);
            PathValidation.validate(path, anchor, now, 0);
        }
    }

    /** Returns the rule that is broken if the signer at this position has another key than the certificate names. */
    private Rule ofSigner(int place) {
        return place == issuers.size() ? Rule.NO_ANCHOR : Rule.WRONG_ISSUER;
    }

    private static void checkIssuerName(X509Certificate leaf, X509Certificate issuer) throws RejectionException {
        if (!issuer.getSubjectX500Principal().equals(leaf.getIssuerX500Principal())) {
            throw new RejectionException(
                    0,
                    Rule.WRONG_ISSUER,
                    "its issuer is "
                            + PeerText.quote(leaf.getIssuerX500Principal().getName())
                            + ", the next certificate is of "
                            + PeerText.quote(issuer.getSubjectX500Principal().getName()));
        }
    }

    private static void verifySignature(X509Certificate leaf, X509Certificate issuer, SignatureProvider signatures)
            throws RejectionException {
        try {
            signatures.verify(leaf, issuer.getPublicKey());
        } catch (SignatureException e) {
            throw new RejectionException(
                    0, Rule.BAD_SIGNATURE, "not signed by the next certificate: " + PathValidation.text(e));
        } catch (GeneralSecurityException | RuntimeException e) {
            throw new RejectionException(0, Rule.PATH, "its signature cannot be verified: " + PathValidation.text(e));
        }
    }

    private static boolean bearsOnLeaf(X509Certificate certificate) {
        try {
            return INHERITED_POLICY.stream().anyMatch(oid -> certificate.getExtensionValue(oid) != null)
                    || !NameConstraints.of(certificate).onlyUris();
        } catch (MalformedDerException _) {
            return true;
        }
    }

    Instant notAfter(X509Certificate leaf) {
        Instant earliest = leaf.getNotAfter().toInstant();
        for (X509Certificate certificate : certificates()) {
            Instant end = certificate.getNotAfter().toInstant();
            earliest = end.isBefore(earliest) ? end : earliest;
        }
        return earliest;
    }

    private static void checkProfile(X509Certificate certificate, TrustDomain trustDomain, int index, boolean issuer)
            throws RejectionException {
        try {
            if (issuer) {
                SvidProfile.checkIssuer(certificate, trustDomain);
            } else {
                SvidProfile.checkAnchor(certificate, trustDomain);
            }
        } catch (SvidViolationException e) {
            throw new RejectionException(index, e);
        }
    }

    private static void checkNameConstraints(X509Certificate certificate, TrustDomain trustDomain, int index)
            throws RejectionException {
        try {
            NameConstraints constraints = NameConstraints.of(certificate);
            if (!constraints.cover(trustDomain)) {
                throw new RejectionException(
                        index,
                        Rule.NAME_CONSTRAINTS,
                        "its name constraints do not cover trust domain " + trustDomain + " (permitted: "
                                + constraints.permitted().size() + " URI names, excluded: "
                                + constraints.excluded().size() + ")");
            }
        } catch (MalformedDerException e) {
            throw new RejectionException(index, Rule.MALFORMED, "name constraints: " + e.getMessage());
        }
    }

    private static void checkRevocation(X509Certificate certificate, Revocations revocations, int index)
            throws RejectionException {
        SpkiFingerprint key = SpkiFingerprint.of(certificate);
        if (revocations.issuers().contains(key)) {
            throw new RejectionException(index, Rule.REVOKED_ISSUER, "signing key with SHA-256 " + key + " is revoked");
        }
        SerialNumber serial = SerialNumber.of(certificate);
        if (revocations.certificates().contains(serial)) {
            throw new RejectionException(index, Rule.REVOKED_CERTIFICATE, "serial number " + serial + " is revoked");
        }
    }
}
