package dev.weft.proxy.tunnel;

import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.trust.SpkiFingerprint;
import dev.weft.proxy.session.Guarded;
import dev.weft.proxy.session.SessionRegistry;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Counts the tunnels that depend on another issuer than a given one. They end when the anchor of that other issuer is
 * retired.
 */
public final class TunnelCensus {
    private TunnelCensus() {}

    /** The numbers of tunnels that depend on another issuer, by peer. */
    public record OnOtherIssuer(Map<SpiffeId, Integer> byPeer) {
        public OnOtherIssuer {
            byPeer = Map.copyOf(byPeer);
        }

        /** Returns the number of all these tunnels. */
        public int count() {
            return byPeer.values().stream().mapToInt(Integer::intValue).sum();
        }
    }

    /** Counts on each event loop the loop's own tunnels. The future completes on one of the loops. */
    public static CompletableFuture<OnOtherIssuer> count(
            SessionRegistry registry, EventLoopGroup loops, SpkiFingerprint issuer) {
        Collection<Guarded> tunnels = registry.standingTunnels();
        List<CompletableFuture<Map<SpiffeId, Integer>>> parts = new ArrayList<>();
        for (EventExecutor loop : loops) {
            parts.add(CompletableFuture.supplyAsync(() -> countOn(loop, tunnels, issuer), loop));
        }
        return CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new)).thenApply(_ -> sum(parts));
    }

    private static Map<SpiffeId, Integer> countOn(
            EventExecutor loop, Collection<Guarded> tunnels, SpkiFingerprint issuer) {
        Map<SpiffeId, Integer> counted = new HashMap<>();
        for (Guarded each : tunnels) {
            if (each instanceof Tunnel tunnel && tunnel.loop().equals(loop)) {
                @Nullable SpiffeId peer = tunnel.peerOnOtherIssuer(issuer);
                if (peer != null) {
                    counted.merge(peer, 1, Integer::sum);
                }
            }
        }
        return counted;
    }

    private static OnOtherIssuer sum(List<CompletableFuture<Map<SpiffeId, Integer>>> parts) {
        Map<SpiffeId, Integer> all = new HashMap<>();
        parts.forEach(part -> part.join().forEach((peer, count) -> all.merge(peer, count, Integer::sum)));
        return new OnOtherIssuer(all);
    }
}
