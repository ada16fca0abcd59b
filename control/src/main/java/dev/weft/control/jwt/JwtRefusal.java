package dev.weft.control.jwt;

/** Why no token was issued. The codes are for people and programs, and stay. */
public enum JwtRefusal {
    /** The caller came without an SVID. */
    NO_SVID("WEFT-S001"),
    /** The SVID of the connection does not verify, or not any more. */
    BAD_SVID("WEFT-S002"),
    /** The proven identity is of another trust domain. */
    FOREIGN_IDENTITY("WEFT-S003"),
    /** No audience, too many, or one that is too long. */
    BAD_AUDIENCE("WEFT-S004"),
    /** A life that no token may have. */
    BAD_TTL("WEFT-S005"),
    /** Too many requests of one caller. */
    TOO_MANY("WEFT-S006"),
    /** Too many requests of all callers at once. */
    BUSY("WEFT-S007"),
    /** The registry has no workload of the identity, or not any more. */
    NO_WORKLOAD("WEFT-S018");

    private final String code;

    JwtRefusal(String code) {
        this.code = code;
    }

    /** {@code WEFT-S…}. */
    public String code() {
        return code;
    }
}
