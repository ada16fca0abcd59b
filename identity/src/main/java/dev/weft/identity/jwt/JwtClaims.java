package dev.weft.identity.jwt;

import dev.weft.identity.spiffe.InvalidSpiffeIdException;
import dev.weft.identity.spiffe.PeerText;
import dev.weft.identity.spiffe.SpiffeId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The claims of a token that its verification needs.
 *
 * @param issuedAt time at which the token was issued; empty if the token does not contain it
 */
record JwtClaims(SpiffeId subject, List<String> audiences, Instant expiresAt, Optional<Instant> issuedAt) {

    /** Tolerated difference between two clocks. */
    static final Duration LEEWAY = Duration.ofSeconds(30);

    /** Last second of the year 9999. Later times are refused: they are not plausible, and could overflow. */
    private static final long MAX_SECONDS = 253_402_300_799L;

    static JwtClaims check(Map<String, Object> claims, String audience, Instant now) throws JwtRejectionException {
        SpiffeId subject = subject(claims.get("sub"));
        List<String> audiences = audiences(claims.get("aud"));
        if (!audiences.contains(audience)) {
            throw new JwtRejectionException(
                    JwtRule.AUDIENCE,
                    "meant for " + PeerText.quote(String.join(", ", audiences)) + " (expected: "
                            + PeerText.quote(audience) + ")");
        }
        Instant expiresAt = time(claims, "exp")
                .orElseThrow(
                        () -> new JwtRejectionException(JwtRule.NO_EXPIRY, "the token has no end (expected: exp)"));
        if (!now.isBefore(expiresAt.plus(LEEWAY))) {
            throw new JwtRejectionException(JwtRule.EXPIRED, "ended at " + expiresAt + " (now: " + now + ")");
        }
        Optional<Instant> issuedAt = time(claims, "iat");
        notBefore(time(claims, "nbf"), now, "valid from ");
        notBefore(issuedAt, now, "issued at ");
        return new JwtClaims(subject, audiences, expiresAt, issuedAt);
    }

    private static void notBefore(Optional<Instant> time, Instant now, String what) throws JwtRejectionException {
        if (time.isPresent() && now.plus(LEEWAY).isBefore(time.get())) {
            throw new JwtRejectionException(JwtRule.NOT_YET_VALID, what + time.get() + " (now: " + now + ")");
        }
    }

    private static SpiffeId subject(@Nullable Object claim) throws JwtRejectionException {
        if (!(claim instanceof String text)) {
            throw new JwtRejectionException(JwtRule.SUBJECT, "the token has no subject (expected: a SPIFFE ID)");
        }
        try {
            return SpiffeId.parse(text);
        } catch (InvalidSpiffeIdException e) {
            throw new JwtRejectionException(JwtRule.SUBJECT, "its subject: " + e.getMessage());
        }
    }

    /** Reads one string or a list of strings (RFC 7519 section 4.1.3). */
    private static List<String> audiences(@Nullable Object claim) throws JwtRejectionException {
        List<String> audiences = new ArrayList<>();
        switch (claim) {
            case String one -> audiences.add(one);
            case List<?> several -> {
                for (Object one : several) {
                    if (!(one instanceof String text)) {
                        throw new JwtRejectionException(
                                JwtRule.MALFORMED, "an audience that is no string (expected: aud as strings)");
                    }
                    audiences.add(text);
                }
            }
            case null, default -> {}
        }
        if (audiences.isEmpty()) {
            throw new JwtRejectionException(JwtRule.AUDIENCE, "the token has no audience (expected: aud)");
        }
        return audiences;
    }

    private static Optional<Instant> time(Map<String, Object> claims, String name) throws JwtRejectionException {
        if (!claims.containsKey(name)) {
            return Optional.empty();
        }
        if (claims.get(name) instanceof Number seconds
                && seconds.doubleValue() >= 0
                && seconds.doubleValue() <= MAX_SECONDS) {
            return Optional.of(Instant.ofEpochSecond(seconds.longValue()));
        }
        throw new JwtRejectionException(
                JwtRule.MALFORMED, "its " + name + " is no time (expected: seconds since 1970, up to the year 9999)");
    }
}
