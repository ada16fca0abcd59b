package dev.weft.control.explain;

import java.io.Serial;

/** A question that cannot be answered, with what to do about it; no stack trace belongs to it. */
public final class UnansweredException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    /** The code of a question whose words have no meaning. */
    static final String MEANINGLESS = "WEFT-L100";

    /** The code of a question whose answer is too long. */
    static final String TOO_LONG = "WEFT-L354";

    private final String code;
    private final String advice;

    /**
     * A question that cannot be answered.
     *
     * @param code the stable code, with a line in {@code docs/errors.md}
     * @param what one sentence of what is wrong, without a semicolon: it ends there where it is told
     * @param advice what to do
     */
    public UnansweredException(String code, String what, String advice) {
        super(what.replace(';', ','), null, false, false);
        this.code = code;
        this.advice = advice;
    }

    /** The stable code. */
    public String code() {
        return code;
    }

    /** What is wrong. */
    public String what() {
        return String.valueOf(getMessage());
    }

    /** What to do. */
    public String advice() {
        return advice;
    }

    /** Whether the question has no meaning, whatever the mesh has. */
    public boolean isMeaningless() {
        return code.equals(MEANINGLESS);
    }
}
