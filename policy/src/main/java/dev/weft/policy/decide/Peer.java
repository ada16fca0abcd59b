package dev.weft.policy.decide;

import dev.weft.identity.spiffe.SpiffeId;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * The other side of a connection, as far as it is proven.
 *
 * @param identity the identity proven by mutual TLS; null if there is none
 * @param address the source address of the connection
 */
public record Peer(@Nullable SpiffeId identity, InetAddress address) {

    /** Returns the identity, or a phrase that says there is none. */
    public String named() {
        return identity == null ? "an unauthenticated peer" : identity.toString();
    }
}
