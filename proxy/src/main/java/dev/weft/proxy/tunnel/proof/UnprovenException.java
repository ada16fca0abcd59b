package dev.weft.proxy.tunnel.proof;

/** Thrown when the peer has not proven an identity; the message is the reason. */
public final class UnprovenException extends Exception {
    private final String rule;

    public UnprovenException(String rule, String message) {
        super(message);
        this.rule = rule;
    }

    /** Returns a short name of the violated rule, for metrics. */
    public String rule() {
        return rule;
    }

    public String reason() {
        return String.valueOf(getMessage());
    }
}
