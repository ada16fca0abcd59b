package dev.weft.policy.decide;

import dev.weft.identity.spiffe.SpiffeId;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * Who connects, as far as it is proven.
 *
 * @param identity what mutual TLS has proven; null for a peer without it
 * @param address where the connection comes from
 */
public record Peer(@Nullable SpiffeId identity, InetAddress address) {

    /** The identity, or words for its absence. */
    public String named() {
        return identity == null ? "an unauthenticated peer" : identity.toString();
    }
}
