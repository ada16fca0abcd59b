package dev.weft.identity.bundle;

import static java.util.Objects.requireNonNull;

import dev.weft.identity.trust.JwtAuthority;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The authorities of a trust domain, as the trust domain publishes them. The bundle does not name its trust domain: the
 * reader must know it beforehand (FE-02).
 *
 * @param anchors X.509 trust anchors; an empty list means that nothing is trusted (TB-03)
 * @param jwtAuthorities keys for JWT-SVIDs; an empty list means that no JWT-SVID is trusted
 * @param sequence number that rises with each change of the content (TB-01)
 * @param refreshHint how often the bundle should be fetched (TB-02)
 */
public record SpiffeBundle(
        List<X509Certificate> anchors,
        List<JwtAuthority> jwtAuthorities,
        OptionalLong sequence,
        Optional<Duration> refreshHint) {

    /** A bundle that trusts nothing. */
    public static final SpiffeBundle EMPTY =
            new SpiffeBundle(List.of(), List.of(), OptionalLong.empty(), Optional.empty());

    public SpiffeBundle {
        anchors = List.copyOf(anchors);
        jwtAuthorities = List.copyOf(jwtAuthorities);
        requireNonNull(sequence, "sequence");
        requireNonNull(refreshHint, "refreshHint");
    }
}
