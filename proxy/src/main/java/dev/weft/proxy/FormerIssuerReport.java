package dev.weft.proxy;

import com.google.protobuf.ByteString;
import dev.weft.api.v1.FormerIssuerPeer;
import dev.weft.api.v1.FormerIssuerTunnels;
import dev.weft.api.v1.Renewal;
import dev.weft.daemon.schedule.Repetition;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.trust.SpkiFingerprint;
import dev.weft.proxy.identity.CertificateRenewal;
import dev.weft.proxy.identity.Credentials;
import dev.weft.proxy.session.Guarded;
import dev.weft.proxy.session.SessionRegistry;
import dev.weft.proxy.tunnel.Tunnel;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Counts the open tunnels that still depend on certificates of another issuer, for the report to the control plane.
 * Counts only while the control plane wants certificates of one issuer, and only once the sidecar's own certificate is
 * from that issuer. Belongs to one event loop.
 */
final class FormerIssuerReport {
    /** How often the tunnels are counted. */
    static final Duration PERIOD = Duration.ofMillis(500);
    /** Most peers that a report names. */
    static final int MAX_PEERS = 16;

    private final Workload workload;
    private final EventLoopGroup loops;
    private final EventLoop loop;
    private final Runnable changed;
    private Optional<SpkiFingerprint> wanted = Optional.empty();
    private @Nullable Future<?> timer;
    private volatile @Nullable FormerIssuerTunnels counted;

    /** @param changed called when the counts have changed */
    FormerIssuerReport(Workload workload, EventLoopGroup loops, EventLoop loop, Runnable changed) {
        this.workload = workload;
        this.loops = loops;
        this.loop = loop;
        this.changed = changed;
    }

    /** Returns the last counts, or null when there is nothing to report. Safe for any thread. */
    @Nullable
    FormerIssuerTunnels counted() {
        return counted;
    }

    /** Sets the issuer that the control plane wants certificates of; empty if it accepts any issuer. */
    void direct(Optional<Renewal> directive) {
        stop();
        wanted = directive.map(
                renewal -> SpkiFingerprint.ofSha256(renewal.getIssuerKeySha256().toByteArray()));
        counted = null;
        if (wanted.isPresent()) {
            loop.execute(this::count);
            timer = Repetition.every(loop, PERIOD, this::count);
        }
    }

    void stop() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    private void count() {
        Credentials own = workload.mesh().credentials();
        if (wanted.isEmpty() || own == null || !CertificateRenewal.isOf(own.svid(), wanted.get())) {
            return;
        }
        SpkiFingerprint issuer = wanted.get();
        var _ = census(workload.registry(), loops, issuer).thenAcceptAsync(tunnels -> tell(issuer, tunnels), loop);
    }

    private void tell(SpkiFingerprint issuer, Map<SpiffeId, Integer> tunnels) {
        if (wanted.filter(issuer::equals).isEmpty()) {
            return; // the control plane sent another directive meanwhile
        }
        FormerIssuerTunnels.Builder fresh = FormerIssuerTunnels.newBuilder()
                .setIssuerKeySha256(ByteString.copyFrom(issuer.bytes()))
                .setCount(tunnels.values().stream().mapToInt(Integer::intValue).sum());
        tunnels.entrySet().stream()
                .sorted(Map.Entry.<SpiffeId, Integer>comparingByValue()
                        .reversed()
                        .thenComparing(peer -> peer.getKey().toString(), Comparator.naturalOrder()))
                .limit(MAX_PEERS)
                .forEach(peer -> fresh.addPeers(FormerIssuerPeer.newBuilder()
                        .setSpiffeId(peer.getKey().toString())
                        .setTunnels(peer.getValue())));
        FormerIssuerTunnels next = fresh.build();
        if (!next.equals(counted)) {
            counted = next;
            changed.run();
        }
    }

    /**
     * Counts, by peer, the tunnels that depend on another issuer: they end when that issuer's anchor is retired. Each
     * event loop counts its own tunnels, and the future completes on one of the loops.
     */
    private static CompletableFuture<Map<SpiffeId, Integer>> census(
            SessionRegistry registry, EventLoopGroup loops, SpkiFingerprint issuer) {
        Collection<Guarded> tunnels = registry.standingTunnels();
        Map<SpiffeId, Integer> counts = new ConcurrentHashMap<>();
        List<CompletableFuture<Void>> parts = new ArrayList<>();
        for (EventExecutor loop : loops) {
            parts.add(CompletableFuture.runAsync(() -> countOn(loop, tunnels, issuer, counts), loop));
        }
        return CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new)).thenApply(_ -> counts);
    }

    private static void countOn(
            EventExecutor loop, Collection<Guarded> tunnels, SpkiFingerprint issuer, Map<SpiffeId, Integer> counts) {
        for (Guarded each : tunnels) {
            if (each instanceof Tunnel tunnel && tunnel.loop().equals(loop)) {
                @Nullable SpiffeId peer = tunnel.peerOnOtherIssuer(issuer);
                if (peer != null) {
                    counts.merge(peer, 1, Integer::sum);
                }
            }
        }
    }
}
