package dev.weft.proxy.tunnel.proof;

/** Thrown when the peer has proven nothing that counts; the message is the reason. */
public final class UnprovenException extends Exception {
    private static final long serialVersionUID = 1L;
    private final String rule;

    public UnprovenException(String rule, String message) {
        super(message);
        this.rule = rule;
    }

    /** A short name for metrics. */
    public String rule() {
        return rule;
    }

    public String reason() {
        return String.valueOf(getMessage());
    }
}
