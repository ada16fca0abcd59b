package dev.weft.daemon.listen;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Limits the connections of one listener that have not been authenticated yet. Places are few, in total and for each
 * network. If no place is free, a connection whose time is over gives way to the new one: the oldest of the same
 * network, or, if all places are taken, the oldest of the network with the most connections. So any number of idle
 * connections cannot keep new connections out.
 *
 * <p>Safe for use by several threads: a lock is held for a few steps, when a connection comes and when it leaves.
 */
public final class UnauthenticatedConnections {
    private final Limits limits;
    private final LongSupplier nanoTime;
    private final Consumer<String> refused;

    @GuardedBy("this")
    private final Map<Network, Map<Channel, Long>> places = new HashMap<>();

    @GuardedBy("this")
    private final Map<Channel, Network> networks = new HashMap<>();

    /**
     * The limits of a listener.
     *
     * @param all number of places
     * @param perNetwork number of places of one network
     * @param patience time after which a connection may lose its place to another
     */
    public record Limits(int all, int perNetwork, Duration patience) {
        public Limits {
            if (perNetwork < 1 || perNetwork > all) {
                throw new IllegalArgumentException("perNetwork: " + perNetwork + " (expected: 1-" + all + ")");
            }
        }
    }

    /**
     * @param refused receives the limit that was hit, as a word for metrics, for each connection that is closed because
     *     of it
     */
    public UnauthenticatedConnections(Limits limits, LongSupplier nanoTime, Consumer<String> refused) {
        this.limits = limits;
        this.nanoTime = nanoTime;
        this.refused = refused;
    }

    /** Whether the connection may stay. If so, it keeps its place until it is {@link #done}, closed, or gives way. */
    public boolean admit(Channel channel) {
        if (!(channel.remoteAddress() instanceof InetSocketAddress peer)) {
            return false; // closed already
        }
        Optional<Channel> leaves;
        synchronized (this) {
            Network network = Network.of(peer.getAddress());
            Map<Channel, Long> own = places.getOrDefault(network, Map.of());
            boolean many = own.size() >= limits.perNetwork();
            boolean full = networks.size() >= limits.all();
            leaves = many ? oldest(own, false) : full ? ofGreatest(own.size()) : Optional.empty();
            if ((many || full) && leaves.isEmpty()) {
                refused.accept(many ? "newcomers-of-network" : "newcomers");
                return false;
            }
            leaves.ifPresent(this::done);
            places.computeIfAbsent(network, _ -> new LinkedHashMap<>()).put(channel, nanoTime.getAsLong());
            networks.put(channel, network);
        }
        leaves.ifPresent(channelThatLeaves -> {
            refused.accept("newcomers-gave-way");
            var _ = channelThatLeaves.close();
        });
        var _ = channel.closeFuture().addListener(_ -> done(channel));
        return true;
    }

    /** Frees the connection's place: it has authenticated, or has ended. */
    public synchronized void done(Channel channel) {
        Network network = networks.remove(channel);
        Map<Channel, Long> own = network == null ? null : places.get(network);
        if (own != null) {
            own.remove(channel);
            if (own.isEmpty()) {
                places.remove(network);
            }
        }
    }

    /** Returns the number of places that are taken. */
    public synchronized int taken() {
        return networks.size();
    }

    /**
     * Finds a connection of the network with the most connections. It gives way at once to a network that has fewer;
     * among equals only after its time is over.
     */
    @GuardedBy("this")
    private Optional<Channel> ofGreatest(int own) {
        return places.values().stream()
                .max((a, b) -> Integer.compare(a.size(), b.size()))
                .flatMap(greatest -> oldest(greatest, greatest.size() > own + 1));
    }

    private Optional<Channel> oldest(Map<Channel, Long> share, boolean atOnce) {
        long now = nanoTime.getAsLong();
        return share.entrySet().stream()
                .findFirst()
                .filter(first ->
                        atOnce || now - first.getValue() >= limits.patience().toNanos())
                .map(Map.Entry::getKey);
    }
}
