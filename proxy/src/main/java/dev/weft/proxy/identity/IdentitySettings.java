package dev.weft.proxy.identity;

import dev.weft.identity.spiffe.SpiffeId;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Whose certificate is asked for, and by what proof.
 *
 * @param id the workload's identity
 * @param tokenFile a join token, read anew for each use; null where there is none
 */
public record IdentitySettings(SpiffeId id, @Nullable Path tokenFile) {}
