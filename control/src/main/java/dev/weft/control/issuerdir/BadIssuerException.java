package dev.weft.control.issuerdir;

import java.nio.file.Path;

/** The content of the issuer's directory cannot be used; the message begins with a code and names the file. */
public final class BadIssuerException extends Exception {

    /** A file or the directory is missing, cannot be read, or is writable by others. */
    static final String UNREADABLE = "WEFT-C080";

    /** A file is not valid PEM of the expected kind. */
    static final String NO_PEM = "WEFT-C081";

    /** The key does not belong to the certificate, or issuers may not have its kind. */
    static final String KEY = "WEFT-C082";

    /** The certificate does not belong to an issuer of the trust domain. */
    static final String CERTIFICATE = "WEFT-C083";

    /** The certificate has ended, or has not begun. */
    static final String TIME = "WEFT-C084";

    /** No trusted anchor has signed the issuer's chain. */
    static final String ANCHOR = "WEFT-C085";

    private final String code;
    private final String reason;

    BadIssuerException(String code, Path file, String reason) {
        super(code + ": " + file + ": " + reason);
        this.code = code;
        this.reason = file + ": " + reason;
    }

    /** Returns the stable code. */
    public String code() {
        return code;
    }

    /** Returns the file, what is wrong with it, and what to do. */
    public String reason() {
        return reason;
    }
}
