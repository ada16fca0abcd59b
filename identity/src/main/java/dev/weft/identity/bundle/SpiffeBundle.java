package dev.weft.identity.bundle;

import static java.util.Objects.requireNonNull;

import dev.weft.identity.trust.JwtAuthority;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a trust domain says of its own authorities. Whose it is, is never in it: that is known beforehand (FE-02).
 *
 * @param anchors none means: trust nothing (TB-03)
 * @param jwtAuthorities none means: trust no JWT-SVID
 * @param sequence rises with each change of the content (TB-01)
 * @param refreshHint how often to ask for it again (TB-02)
 */
public record SpiffeBundle(
        List<X509Certificate> anchors,
        List<JwtAuthority> jwtAuthorities,
        OptionalLong sequence,
        Optional<Duration> refreshHint) {

    /** Trusts nothing. */
    public static final SpiffeBundle EMPTY =
            new SpiffeBundle(List.of(), List.of(), OptionalLong.empty(), Optional.empty());

    public SpiffeBundle {
        anchors = List.copyOf(anchors);
        jwtAuthorities = List.copyOf(jwtAuthorities);
        requireNonNull(sequence, "sequence");
        requireNonNull(refreshHint, "refreshHint");
    }
}
