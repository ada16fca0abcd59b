package dev.weft.control.explain;

import java.io.Serial;

/** A question that cannot be answered, with advice for the operator; it has no stack trace. */
public final class UnansweredException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    /** The code for a question that is malformed. */
    static final String MEANINGLESS = "WEFT-L100";

    /** The code for a question whose answer is too long. */
    static final String TOO_LONG = "WEFT-L354";

    private final String code;
    private final String advice;

    /**
     * Creates the exception.
     *
     * @param code the stable code, with a line in {@code docs/errors.md}
     * @param what one sentence about what is wrong, without a semicolon, because a semicolon separates it from the
     *     advice
     * @param advice what to do
     */
    public UnansweredException(String code, String what, String advice) {
        super(what.replace(';', ','), null, false, false);
        this.code = code;
        this.advice = advice;
    }

    /** Returns the stable code. */
    public String code() {
        return code;
    }

    /** Returns what is wrong. */
    public String what() {
        return String.valueOf(getMessage());
    }

    /** Returns what to do. */
    public String advice() {
        return advice;
    }

    /** Whether the question itself is malformed, whatever objects the mesh has. */
    public boolean isMeaningless() {
        return code.equals(MEANINGLESS);
    }
}
