package dev.weft.proxy.tunnel.server;

import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.proxy.gate.Shares;
import io.netty.channel.Channel;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * Limits the tunnels of one identity to this workload. Replicas share an identity, so tunnels are also counted for each
 * address.
 */
final class TunnelShares {
    /** Most tunnels of one identity. */
    static final int OF_IDENTITY = 1024;
    /**
     * Most tunnels of one identity from one address. A sidecar opens up to sixteen, and as many again while its
     * certificate changes.
     */
    static final int OF_IDENTITY_AT_ADDRESS = 64;

    private record Place(SpiffeId identity, InetAddress address) {}

    private final Shares<SpiffeId> identities = new Shares<>(OF_IDENTITY);
    private final Shares<Place> places = new Shares<>(OF_IDENTITY_AT_ADDRESS);

    /** Whether this tunnel is within the limits. If so, it is counted until its channel closes. */
    boolean take(SpiffeId identity, Channel channel) {
        Place place = new Place(identity, ((InetSocketAddress) channel.remoteAddress()).getAddress());
        if (!places.take(place)) {
            return false;
        }
        if (!identities.take(identity)) {
            places.give(place);
            return false;
        }
        var _ = channel.closeFuture().addListener(_ -> {
            identities.give(identity);
            places.give(place);
        });
        return true;
    }
}
