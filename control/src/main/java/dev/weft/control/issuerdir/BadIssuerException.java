package dev.weft.control.issuerdir;

import java.nio.file.Path;

/** What is in the issuer's directory cannot be used; the message begins with a code and names the file. */
public final class BadIssuerException extends Exception {

    private static final long serialVersionUID = 1L;

    /** A file or the directory is missing, cannot be read, or others may write it. */
    static final String UNREADABLE = "WEFT-C080";

    /** A file is no PEM of what it should be. */
    static final String NO_PEM = "WEFT-C081";

    /** The key is not the certificate's, or of a kind that issuers do not have. */
    static final String KEY = "WEFT-C082";

    /** The certificate is none of an issuer of the trust domain. */
    static final String CERTIFICATE = "WEFT-C083";

    /** The certificate has ended, or has not begun. */
    static final String TIME = "WEFT-C084";

    /** No anchor that is trusted is above it. */
    static final String ANCHOR = "WEFT-C085";

    private final String code;
    private final String reason;

    BadIssuerException(String code, Path file, String reason) {
        super(code + ": " + file + ": " + reason);
        this.code = code;
        this.reason = file + ": " + reason;
    }

    /** Stable. */
    public String code() {
        return code;
    }

    /** The file, what is wrong with it, and what to do. */
    public String reason() {
        return reason;
    }
}
