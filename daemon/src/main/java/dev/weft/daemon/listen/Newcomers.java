package dev.weft.daemon.listen;

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
 * The connections of one listener that have proven nothing yet. There are few places, and few of them for one network. Where
 * there is none, whoever has had time gives way to the next: the oldest of the same network, or, where all places are taken,
 * the oldest of the network that has most. So connections that only stand there keep nobody out, however many they are.
 *
 * <p>Safe for use by several threads: a lock is held for a few steps, when a connection comes and when it leaves.
 */
public final class Newcomers {
    private final Limits limits;
    private final LongSupplier nanoTime;
    private final Consumer<String> refused;
    private final Map<Network, Map<Channel, Long>> places = new HashMap<>(); // guarded by this
    private final Map<Channel, Network> networks = new HashMap<>(); // guarded by this

    /**
     * How many may come.
     *
     * @param all places
     * @param perNetwork places of one network
     * @param patience how long a connection keeps its place from others
     */
    public record Limits(int all, int perNetwork, Duration patience) {
        public Limits {
            if (perNetwork < 1 || perNetwork > all) {
                throw new IllegalArgumentException("perNetwork: " + perNetwork + " (expected: 1-" + all + ")");
            }
        }
    }

    /** @param refused hears the limit that was hit, as a word for metrics, for each connection that is closed for it */
    public Newcomers(Limits limits, LongSupplier nanoTime, Consumer<String> refused) {
        this.limits = limits;
        this.nanoTime = nanoTime;
        this.refused = refused;
    }

    /** Whether the connection may stay; if so, it has a place until it is {@link #done} or closed. */
    public boolean admit(Channel channel) {
        if (!(channel.remoteAddress() instanceof InetSocketAddress peer)) {
            return false; // gone already
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

    /** It has proven who it is, or has ended. */
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

    /** Places that are taken. */
    public synchronized int taken() {
        return networks.size();
    }

    /** The greatest gives way at once to a network that has less; among equals only whoever has had time does. */
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
