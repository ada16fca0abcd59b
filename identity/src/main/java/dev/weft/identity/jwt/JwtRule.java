package dev.weft.identity.jwt;

/** The rules for tokens, each with the standard that requires it, and with what it requires. */
public enum JwtRule {
    TOO_LARGE("limit"), // a token is small
    NOT_COMPACT("JW-01"), // a token is in JWS compact serialization
    MALFORMED("RFC 7519 section 7.2"), // header and claims can be read
    HEADER("JW-02"), // the header has alg, kid and typ and nothing else
    ALGORITHM("JW-03"), // the algorithm is one of the nine with an RSA or elliptic curve key
    TYPE("JW-04"), // the type, if set, is JWT or JOSE
    SUBJECT("JW-05"), // the subject is a SPIFFE ID
    AUDIENCE("JW-06"), // the token is meant for its validator
    NO_EXPIRY("JW-07"), // the token says when it ends
    EXPIRED("JW-07"), // the token has not ended
    NOT_YET_VALID("RFC 7519 section 4.1.5"), // the token is valid already
    NO_KEY_ID("JW-10"), // the token names its key

    UNKNOWN_TRUST_DOMAIN("JW-09"), // the subject's trust domain has a bundle
    DISABLED_TRUST_DOMAIN("trust"), // the trust domain is not disabled
    UNKNOWN_KEY("JW-08, JW-09"), // the key is a JWT authority of the subject's own trust domain
    UNFIT_KEY("limit"), // the key is of the algorithm's kind, and strong enough
    BAD_SIGNATURE("RFC 7515 section 5.2"), // the token is signed by the key it names
    REVOKED_IDENTITY("revocation"); // the token is not older than its identity's revocation

    private final String reference;

    JwtRule(String reference) {
        this.reference = reference;
    }

    /** The origin of the rule: an id of the SPIFFE checklist, the section of an RFC, or a word for a rule of Weft. */
    public String reference() {
        return reference;
    }
}
