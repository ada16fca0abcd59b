package dev.weft.control.federation;

/** A bundle could not be fetched or used; the former one stays in force. The message is for people. */
final class FetchException extends Exception {

    /** What went wrong, as {@code docs/errors.md} lists it. */
    enum Kind {
        UNREACHABLE("WEFT-C051"),
        NOT_PROVEN("WEFT-C052"),
        ANSWER("WEFT-C053"),
        DOCUMENT("WEFT-C054"),
        SEQUENCE("WEFT-C055"),
        STATE("WEFT-C056");

        private final String code;

        Kind(String code) {
            this.code = code;
        }

        String code() {
            return code;
        }
    }

    private final Kind kind;

    FetchException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    FetchException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    Kind kind() {
        return kind;
    }
}
