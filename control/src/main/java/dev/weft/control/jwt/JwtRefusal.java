package dev.weft.control.jwt;

/** Why no token was issued. The codes are for people and programs, and never change. */
public enum JwtRefusal {
    /** The caller connected without an SVID. */
    NO_SVID("WEFT-S001"),
    /** The SVID of the connection does not verify, or no longer does. */
    BAD_SVID("WEFT-S002"),
    /** The proven identity belongs to another trust domain. */
    FOREIGN_IDENTITY("WEFT-S003"),
    /** There is no audience, there are too many, or one is empty or too long. */
    BAD_AUDIENCE("WEFT-S004"),
    /** The requested lifetime is out of range. */
    BAD_TTL("WEFT-S005"),
    /** One caller sent too many requests. */
    TOO_MANY("WEFT-S006"),
    /** All callers together sent too many requests at once. */
    BUSY("WEFT-S007"),
    /** The registry has no workload of the identity, or no longer has one. */
    NO_WORKLOAD("WEFT-S018");

    private final String code;

    JwtRefusal(String code) {
        this.code = code;
    }

    /** Returns the stable code, {@code WEFT-S…}. */
    public String code() {
        return code;
    }
}
