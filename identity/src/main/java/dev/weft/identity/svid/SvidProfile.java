package dev.weft.identity.svid;

import dev.weft.identity.der.MalformedDerException;
import dev.weft.identity.spiffe.InvalidSpiffeIdException;
import dev.weft.identity.spiffe.PeerText;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.trust.SerialNumber;
import java.math.BigInteger;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Checks single certificates against the X509-SVID standard (sections 2 to 5). Signatures, validity and the path are
 * checked by the verifier.
 */
public final class SvidProfile {

    private static final int DIGITAL_SIGNATURE = 0;
    private static final int KEY_CERT_SIGN = 5;
    private static final int CRL_SIGN = 6;

    private static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
    private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";

    private static final Set<String> UNDERSTOOD_ON_LEAF = Set.of(
            Extensions.KEY_USAGE,
            Extensions.SUBJECT_ALT_NAME,
            Extensions.BASIC_CONSTRAINTS,
            Extensions.EXTENDED_KEY_USAGE,
            Extensions.CERTIFICATE_POLICIES);

    private static final Set<String> UNDERSTOOD_ON_ISSUER = Set.of(
            Extensions.KEY_USAGE,
            Extensions.SUBJECT_ALT_NAME,
            Extensions.BASIC_CONSTRAINTS,
            Extensions.EXTENDED_KEY_USAGE,
            Extensions.NAME_CONSTRAINTS,
            Extensions.CERTIFICATE_POLICIES,
            Extensions.POLICY_MAPPINGS,
            Extensions.POLICY_CONSTRAINTS,
            Extensions.INHIBIT_ANY_POLICY);

    private SvidProfile() {}

    /**
     * Checks a leaf against the standard (X5-01 to X5-05, X5-07 to X5-10), and returns its identity.
     *
     * @throws SvidViolationException if it breaks a rule
     */
    public static SpiffeId checkLeaf(X509Certificate leaf) throws SvidViolationException {
        try {
            SpiffeId id = onlyUri(leaf)
                    .orElseThrow(() -> new SvidViolationException(
                            Rule.NO_SPIFFE_URI_SAN,
                            "no URI among its subject alternative names (expected: one SPIFFE ID)"));
            if (!id.hasPath()) {
                throw new SvidViolationException(
                        Rule.NO_PATH, id + " has no path (expected: the identity of a workload)");
            }
            if (leaf.getSubjectX500Principal().getName().isEmpty()
                    && !Extensions.isCritical(leaf, Extensions.SUBJECT_ALT_NAME)) {
                throw new SvidViolationException(
                        Rule.SAN_NOT_CRITICAL, "no subject, and its subject alternative name is not critical");
            }
            checkSerialNumber(leaf);
            checkLeafUsage(leaf);
            checkExtendedKeyUsage(leaf);
            checkCriticalExtensions(leaf, UNDERSTOOD_ON_LEAF);
            return id;
        } catch (MalformedDerException e) {
            throw malformed(String.valueOf(e.getMessage()));
        }
    }

    /**
     * Checks an issuer against the standard (X5-06, X5-09). Its serial number must also be one by which it can be
     * revoked.
     *
     * @param trustDomain trust domain of the leaf below it
     * @throws SvidViolationException if it breaks a rule
     */
    public static void checkIssuer(X509Certificate issuer, TrustDomain trustDomain) throws SvidViolationException {
        checkSerialNumber(issuer);
        checkAnchor(issuer, trustDomain);
    }

    /**
     * Checks an anchor against the standard (X5-06, X5-09). Its serial number does not matter: an anchor is trusted for
     * its name and key (RFC 5280 section 6.1.1), and revoked by its key.
     *
     * @param trustDomain trust domain of the leaf below it
     * @throws SvidViolationException if it breaks a rule
     */
    public static void checkAnchor(X509Certificate issuer, TrustDomain trustDomain) throws SvidViolationException {
        try {
            boolean[] usage = criticalKeyUsage(issuer);
            if (!Extensions.isCa(issuer) || issuer.getBasicConstraints() < 0) {
                throw new SvidViolationException(
                        Rule.ISSUER_NOT_CA, "signs a certificate without being a CA (cA=false)");
            }
            if (!usage[KEY_CERT_SIGN]) {
                throw new SvidViolationException(
                        Rule.ISSUER_NOT_CA, "signs a certificate, but its key usage lacks keyCertSign");
            }
            Optional<SpiffeId> id = onlyUri(issuer);
            if (id.isPresent() && !id.get().equals(trustDomain.id())) {
                throw new SvidViolationException(
                        Rule.ISSUER_SPIFFE_ID,
                        "its SPIFFE ID is " + id.get() + " (expected: " + trustDomain.id() + ", or none)");
            }
            checkCriticalExtensions(issuer, UNDERSTOOD_ON_ISSUER);
        } catch (MalformedDerException e) {
            throw malformed(String.valueOf(e.getMessage()));
        }
    }

    /**
     * Checks that the serial number is one that can be revoked: revocations give it in hexadecimal, which is always
     * positive.
     */
    private static void checkSerialNumber(X509Certificate certificate) throws SvidViolationException {
        BigInteger number = certificate.getSerialNumber();
        if (!SerialNumber.isPossible(number)) {
            throw new SvidViolationException(
                    Rule.SERIAL_NUMBER,
                    "its serial number has " + number.toByteArray().length + " octets and the sign " + number.signum()
                            + " (expected: positive, at most " + SerialNumber.MAX_OCTETS + " octets)");
        }
    }

    private static Optional<SpiffeId> onlyUri(X509Certificate certificate)
            throws MalformedDerException, SvidViolationException {
        List<String> uris = Extensions.uris(certificate);
        if (uris.size() > 1) {
            throw new SvidViolationException(
                    Rule.SEVERAL_URI_SANS, uris.size() + " URIs among its subject alternative names (expected: one)");
        }
        if (uris.isEmpty()) {
            return Optional.empty();
        }
        String uri = uris.getFirst();
        if (!uri.toLowerCase(Locale.ROOT).startsWith("spiffe:")) {
            throw new SvidViolationException(
                    Rule.NO_SPIFFE_URI_SAN, "its URI is " + PeerText.quote(uri) + " (expected: a SPIFFE ID)");
        }
        try {
            return Optional.of(SpiffeId.parse(uri));
        } catch (InvalidSpiffeIdException e) {
            throw new SvidViolationException(Rule.INVALID_SPIFFE_ID, String.valueOf(e.getMessage()));
        }
    }

    private static void checkLeafUsage(X509Certificate leaf) throws MalformedDerException, SvidViolationException {
        boolean[] usage = criticalKeyUsage(leaf);
        if (Extensions.isCa(leaf)) {
            throw signingCertificate("it is a CA (cA=true)");
        }
        if (usage[KEY_CERT_SIGN]) {
            throw signingCertificate("its key usage has keyCertSign");
        }
        if (usage[CRL_SIGN]) {
            throw signingCertificate("its key usage has cRLSign");
        }
        if (!usage[DIGITAL_SIGNATURE]) {
            throw new SvidViolationException(Rule.NO_DIGITAL_SIGNATURE, "its key usage lacks digitalSignature");
        }
    }

    private static SvidViolationException signingCertificate(String because) {
        return new SvidViolationException(
                Rule.SIGNING_CERTIFICATE_AS_LEAF, "a signing certificate was offered to authenticate: " + because);
    }

    private static boolean[] criticalKeyUsage(X509Certificate certificate) throws SvidViolationException {
        boolean[] usage = certificate.getKeyUsage();
        if (usage == null || usage.length <= CRL_SIGN) {
            throw new SvidViolationException(
                    Rule.KEY_USAGE_NOT_CRITICAL, "key usage is missing (expected: present and critical)");
        }
        if (!Extensions.isCritical(certificate, Extensions.KEY_USAGE)) {
            throw new SvidViolationException(
                    Rule.KEY_USAGE_NOT_CRITICAL, "key usage is not critical (expected: present and critical)");
        }
        return usage;
    }

    private static void checkExtendedKeyUsage(X509Certificate leaf) throws SvidViolationException {
        if (leaf.getExtensionValue(Extensions.EXTENDED_KEY_USAGE) == null) {
            return;
        }
        List<String> usages;
        try {
            usages = leaf.getExtendedKeyUsage();
        } catch (CertificateParsingException e) {
            throw malformed("extended key usage: " + PeerText.quote(String.valueOf(e.getMessage())));
        }
        if (usages == null) {
            throw malformed("extended key usage cannot be read");
        }
        if (!usages.contains(SERVER_AUTH) || !usages.contains(CLIENT_AUTH)) {
            throw new SvidViolationException(
                    Rule.EXTENDED_KEY_USAGE,
                    "its extended key usage is " + usages + " (expected: serverAuth and clientAuth)");
        }
    }

    private static void checkCriticalExtensions(X509Certificate certificate, Set<String> understood)
            throws SvidViolationException {
        Set<String> critical = certificate.getCriticalExtensionOIDs();
        Set<String> unknown = new TreeSet<>(critical == null ? Set.of() : critical);
        unknown.removeAll(understood);
        if (!unknown.isEmpty()) {
            throw new SvidViolationException(
                    Rule.UNKNOWN_CRITICAL_EXTENSION, "critical extensions that are not understood: " + unknown);
        }
    }

    private static SvidViolationException malformed(String detail) {
        return new SvidViolationException(Rule.MALFORMED, "cannot be read: " + detail);
    }
}
