package dev.weft.identity.svid;

/** The rules for a peer's certificate chain, each with the standard that requires it, and with what it requires. */
public enum Rule {
    CHAIN_EMPTY("RFC 8446 section 4.4.2.4"), // the peer presents a certificate
    CHAIN_TOO_LONG("limit"), // the chain has few certificates
    CERTIFICATE_TOO_LARGE("limit"), // each certificate is small
    MALFORMED("RFC 5280 section 4"), // each certificate and extension can be read

    SEVERAL_URI_SANS("X5-02"), // there is one URI SAN
    NO_SPIFFE_URI_SAN("X5-03"), // the URI SAN is a SPIFFE ID
    INVALID_SPIFFE_ID("ID-01 to ID-11"), // the SPIFFE ID is well-formed
    NO_PATH("X5-04"), // the SPIFFE ID of a leaf has a path
    SAN_NOT_CRITICAL("X5-05"), // without a subject, the SAN extension is critical
    ISSUER_NOT_CA("X5-06"), // an issuer is a CA that may sign certificates
    ISSUER_SPIFFE_ID("X5-06"), // the SPIFFE ID of an issuer, if any, is that of the leaf's trust domain
    SIGNING_CERTIFICATE_AS_LEAF("X5-07"), // a signing certificate does not authenticate
    NO_DIGITAL_SIGNATURE("X5-08"), // the key usage of a leaf includes digitalSignature
    KEY_USAGE_NOT_CRITICAL("X5-09"), // key usage is present and critical
    EXTENDED_KEY_USAGE("X5-10"), // extended key usage of a leaf, if any, has both serverAuth and clientAuth
    NAME_CONSTRAINTS("X5-11"), // the SPIFFE ID lies within the name constraints of each issuer
    SHARED_ANCHOR("TB-07"), // below an anchor of several trust domains, name constraints keep issuers to their own

    SERIAL_NUMBER("RFC 5280 section 4.1.2.2"), // the serial number is positive and has 20 octets at most

    EXPIRED("X5-12, RFC 5280 section 6.1.3 (a)(2)"), // the certificate has not expired
    NOT_YET_VALID("X5-12, RFC 5280 section 6.1.3 (a)(2)"), // the certificate is valid already
    WRONG_ISSUER("X5-12, RFC 5280 section 6.1.3 (a)(4)"), // each certificate names the next as its issuer
    BAD_SIGNATURE("X5-12, RFC 5280 section 6.1.3 (a)(1)"), // each certificate is signed by the next
    PATH_LENGTH("X5-12, RFC 5280 section 6.1.4 (m)"), // no issuer has more CAs below it than it may
    UNKNOWN_CRITICAL_EXTENSION("X5-12, RFC 5280 section 6.1.5 (f)"), // each critical extension is understood
    ALGORITHM("limit"), // keys and signatures are of accepted kinds and strength
    PATH("X5-12, RFC 5280 section 6.1"), // the path is valid

    UNKNOWN_TRUST_DOMAIN("ID-12"), // the trust domain has a bundle
    DISABLED_TRUST_DOMAIN("trust"), // the trust domain is not disabled
    EMPTY_BUNDLE("TB-03"), // the bundle of the trust domain has anchors
    NO_ANCHOR("X5-13"), // the chain ends at an anchor of the leaf's own trust domain
    REVOKED_CERTIFICATE("revocation"), // the certificate is not revoked
    REVOKED_ISSUER("revocation"), // no signing key of the path is revoked
    REVOKED_IDENTITY("revocation"), // the certificate is not older than its identity's revocation
    TAINTED_ISSUER("revocation"); // no signing key of the path is tainted

    private final String reference;

    Rule(String reference) {
        this.reference = reference;
    }

    /** The origin of the rule: an id of the SPIFFE checklist, the section of an RFC, or a word for a rule of Weft. */
    public String reference() {
        return reference;
    }
}
