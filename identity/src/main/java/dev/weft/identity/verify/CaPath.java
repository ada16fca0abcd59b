package dev.weft.identity.verify;

import dev.weft.identity.der.MalformedDerException;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.svid.Rule;
import dev.weft.identity.svid.SvidProfile;
import dev.weft.identity.svid.SvidViolationException;
import dev.weft.identity.trust.Revocations;
import dev.weft.identity.trust.SerialNumber;
import dev.weft.identity.trust.SpkiFingerprint;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The signing certificates above a leaf: issuers, nearest first, and the anchor. One that has been checked stays good for
 * its bundle as long as each certificate is valid, so the verifier keeps it.
 */
record CaPath(List<X509Certificate> issuers, X509Certificate anchor) {

    /** Policy mappings, policy constraints, inhibit any-policy: state that passes from one certificate to those below. */
    private static final Set<String> INHERITED_POLICY = Set.of("2.5.29.33", "2.5.29.36", "2.5.29.54");

    CaPath {
        issuers = List.copyOf(issuers);
    }

    /** All, the anchor last; the certificate at i has index i + 1 in the peer's chain. */
    List<X509Certificate> certificates() {
        List<X509Certificate> all = new ArrayList<>(issuers);
        all.add(anchor);
        return all;
    }

    /** Checks all that does not depend on the leaf but for its trust domain. */
    void check(TrustDomain trustDomain, Revocations revocations, Instant now) throws RejectionException {
        List<X509Certificate> all = certificates();
        int below = 0;
        for (int i = 0; i < all.size(); i++) {
            X509Certificate certificate = all.get(i);
            int index = i + 1;
            checkProfile(certificate, trustDomain, index);
            checkNameConstraints(certificate, trustDomain, index);
            checkRevocation(certificate, revocations, index);
            Strength.checkKey(certificate, index);
            if (i < issuers.size()) {
                Strength.checkSignature(certificate, index);
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
     * Below an anchor of several trust domains, what is issued for one must not be able to name another's: for each of the
     * others, some certificate of the path has permitted names, and the other's is not among them.
     *
     * @param sharers the trust domains of the anchor, that of the leaf among them
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

    /** Apart from {@link #check}: what is tainted proves nothing new, and leaves what was proven before. */
    void checkTaint(Revocations revocations) throws RejectionException {
        if (revocations.tainted().isEmpty()) {
            return;
        }
        List<X509Certificate> all = certificates();
        for (int i = 0; i < all.size(); i++) {
            SpkiFingerprint key = SpkiFingerprint.of(all.get(i).getPublicKey());
            if (revocations.tainted().contains(key)) {
                throw new RejectionException(
                        i + 1, Rule.TAINTED_ISSUER, "signing key with SHA-256 " + key + " is tainted");
            }
        }
    }

    void checkValidity(Instant now) throws RejectionException {
        List<X509Certificate> all = certificates();
        for (int i = 0; i < all.size(); i++) {
            Validity.check(all.get(i), now, i + 1);
        }
    }

    /** Has the JDK validate the whole path. */
    void validate(X509Certificate leaf, Instant now) throws RejectionException {
        List<X509Certificate> path = new ArrayList<>();
        path.add(leaf);
        path.addAll(issuers);
        PathValidation.validate(path, anchor, now);
    }

    /**
     * Has the JDK validate a leaf below a path that was validated before with another leaf of the trust domain. The leaf
     * alone below its issuer is enough, unless something above has a say in it that depends on more than its trust domain.
     */
    void validateOnlyLeaf(X509Certificate leaf, Instant now) throws RejectionException {
        if (bearsOnLeaf()) {
            validate(leaf, now);
        } else {
            PathValidation.validate(List.of(leaf), certificates().getFirst(), now);
        }
    }

    private boolean bearsOnLeaf() {
        return issuers.stream().anyMatch(CaPath::bearsOnLeaf);
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

    private static void checkProfile(X509Certificate certificate, TrustDomain trustDomain, int index)
            throws RejectionException {
        try {
            SvidProfile.checkIssuer(certificate, trustDomain);
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
        SpkiFingerprint key = SpkiFingerprint.of(certificate.getPublicKey());
        if (revocations.issuers().contains(key)) {
            throw new RejectionException(index, Rule.REVOKED_ISSUER, "signing key with SHA-256 " + key + " is revoked");
        }
        SerialNumber serial = SerialNumber.of(certificate);
        if (revocations.certificates().contains(serial)) {
            throw new RejectionException(index, Rule.REVOKED_CERTIFICATE, "serial number " + serial + " is revoked");
        }
    }
}
