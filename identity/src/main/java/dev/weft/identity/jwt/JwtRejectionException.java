package dev.weft.identity.jwt;

/** Thrown for a token that breaks a rule; never leaves the package. */
final class JwtRejectionException extends Exception {

    private final JwtRule rule;

    JwtRejectionException(JwtRule rule, String reason) {
        super(reason);
        this.rule = rule;
    }

    JwtVerification.Rejected toRejected() {
        return new JwtVerification.Rejected(rule, String.valueOf(getMessage()));
    }
}
