package dev.weft.proxy.identity;

import dev.weft.identity.spiffe.SpiffeId;
import org.jspecify.annotations.Nullable;

/**
 * Whose certificate is requested, and where the proof is.
 *
 * @param id the workload's identity
 * @param token the file of the token that proves the identity; null if there is none
 */
public record IdentitySettings(SpiffeId id, @Nullable TokenFile token) {}
