package dev.weft.identity.jwt;

import static java.util.Objects.requireNonNull;

import dev.weft.identity.spiffe.SpiffeId;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A token that proves an identity to its audience. It is a secret: anyone who holds it can use it.
 *
 * @param token the token in JWS compact serialization
 * @param audiences receivers for whom the token is meant
 * @param claims all claims of the token as JSON values: strings, numbers, booleans, lists and maps of those
 */
public record JwtSvid(
        String token, SpiffeId subject, List<String> audiences, Instant expiresAt, Map<String, Object> claims) {

    public JwtSvid {
        requireNonNull(token, "token");
        requireNonNull(subject, "subject");
        requireNonNull(expiresAt, "expiresAt");
        audiences = List.copyOf(audiences);
        claims = Collections.unmodifiableMap(new LinkedHashMap<>(claims)); // not copyOf: a claim may be null
    }

    /** Leaves out the token, which must not end up in a log. */
    @Override
    public String toString() {
        return "JwtSvid[subject=" + subject + ", audiences=" + audiences + ", expiresAt=" + expiresAt + "]";
    }
}
