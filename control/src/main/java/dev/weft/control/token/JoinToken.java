package dev.weft.control.token;

import static java.util.Objects.requireNonNull;

import dev.weft.identity.spiffe.SpiffeId;
import java.time.Instant;
import java.util.Optional;

/**
 * What is known of a join token, which is never the token itself.
 *
 * @param id the beginning of the token's SHA-256, in hexadecimal: names it, and tells nothing of it
 * @param identity what it proves
 * @param expires when it proves that no more
 * @param workload {@code namespace/name} of what it is for; empty for any workload of the identity
 * @param grant an operator's act; empty where the mesh made it for a sidecar of its own
 */
public record JoinToken(
        String id, SpiffeId identity, Instant expires, Optional<String> workload, Optional<Grant> grant) {

    /** Length of {@link #id}: of a hundred thousand tokens no two are likely to share one. */
    public static final int ID_LENGTH = 12;

    public JoinToken {
        requireNonNull(id, "id");
        requireNonNull(identity, "identity");
        requireNonNull(expires, "expires");
        requireNonNull(workload, "workload");
        requireNonNull(grant, "grant");
    }

    /**
     * An operator's act of letting a machine join. Account is kept of the machine's certificates.
     *
     * @param created when
     */
    public record Grant(Instant created) {
        public Grant {
            requireNonNull(created, "created");
        }
    }
}
