package dev.weft.control.token;

import dev.weft.identity.spiffe.SpiffeId;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What is known of a join token; never the token itself.
 *
 * @param id the first digits of the token's SHA-256, in hexadecimal: names the token without revealing it
 * @param identity the identity that it proves
 * @param expires when it expires
 * @param workload {@code namespace/name} of the workload that it is for; empty for any workload of the identity
 * @param granted when an operator permitted a machine to join with it, whose certificates are recorded; empty if the
 *     mesh made the token for a sidecar of its own
 */
public record JoinToken(
        String id, SpiffeId identity, Instant expires, Optional<String> workload, Optional<Instant> granted) {

    /** Length of {@link #id}: of a hundred thousand tokens no two are likely to share one. */
    public static final int ID_LENGTH = 12;

    private static final Pattern ID = Pattern.compile("[0-9a-f]{" + ID_LENGTH + "}");

    /** Whether a text has the form of an {@link #id}. */
    public static boolean isId(String text) {
        return ID.matcher(text).matches();
    }
}
