package dev.weft.control.watch;

import com.google.protobuf.ByteString;
import dev.weft.api.v1.FormerIssuerPeer;
import dev.weft.api.v1.FormerIssuerTunnels;
import dev.weft.identity.trust.SpkiFingerprint;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The tunnels of a proxy that depend on another issuer than the one that must sign its certificate.
 *
 * @param wanted the issuer that was wanted when they were counted
 * @param count number of tunnels
 * @param peers number of tunnels by the peer's SPIFFE ID; not all peers
 */
public record ReportedTunnels(SpkiFingerprint wanted, int count, Map<String, Integer> peers) {

    /** Most peers that a proxy names. */
    static final int MAX_PEERS = 16;

    private static final int HASH = 32;

    /** Keeps the order of the peers. */
    public ReportedTunnels {
        peers = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(peers));
    }

    /** @throws IllegalArgumentException if a field is out of range */
    static ReportedTunnels read(FormerIssuerTunnels reported) {
        ByteString issuer = reported.getIssuerKeySha256();
        if (issuer.size() != HASH) {
            throw new IllegalArgumentException(
                    "report: key hash of " + issuer.size() + " bytes for the tunnels (expected: " + HASH + ")");
        }
        if (reported.getCount() < 0 || reported.getPeersCount() > MAX_PEERS) {
            throw new IllegalArgumentException("report: " + Integer.toUnsignedString(reported.getCount())
                    + " tunnels with " + reported.getPeersCount() + " peers named (expected: fewer than 2^31, and "
                    + MAX_PEERS + " at most)");
        }
        Map<String, Integer> peers = new LinkedHashMap<>();
        for (FormerIssuerPeer peer : reported.getPeersList()) {
            peers.merge(ReportedLeaf.shorten(peer.getSpiffeId()), Math.max(0, peer.getTunnels()), ReportedTunnels::sum);
        }
        return new ReportedTunnels(SpkiFingerprint.ofSha256(issuer.toByteArray()), reported.getCount(), peers);
    }

    private static int sum(int some, int more) {
        return (int) Math.min(Integer.MAX_VALUE, (long) some + more);
    }

    FormerIssuerTunnels message() {
        FormerIssuerTunnels.Builder message = FormerIssuerTunnels.newBuilder()
                .setIssuerKeySha256(ByteString.copyFrom(wanted.bytes()))
                .setCount(count);
        peers.forEach((peer, tunnels) ->
                message.addPeers(FormerIssuerPeer.newBuilder().setSpiffeId(peer).setTunnels(tunnels)));
        return message.build();
    }
}
