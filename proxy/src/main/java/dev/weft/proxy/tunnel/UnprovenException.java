package dev.weft.proxy.tunnel;

/** Thrown when the peer has proven nothing that counts; the message is the reason. */
final class UnprovenException extends Exception {
    private static final long serialVersionUID = 1L;
    private final String rule;

    UnprovenException(String rule, String message) {
        super(message);
        this.rule = rule;
    }

    /** A short name for metrics. */
    String rule() {
        return rule;
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}
