package dev.weft.proxy.identity;

import dev.weft.identity.spiffe.SpiffeId;
import org.jspecify.annotations.Nullable;

/**
 * Whose certificate is asked for, and by what proof.
 *
 * @param id the workload's identity
 * @param token where the token is that proves it; null where there is none
 */
public record IdentitySettings(SpiffeId id, @Nullable TokenFile token) {}
