package dev.weft.proxy.mesh;

import dev.weft.proxy.control.ResourceName;
import dev.weft.proxy.control.Subscriptions;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Knows where addresses lead, from the control plane's answers. An address is subscribed to at its first use, and stays
 * known. An answer that leads to endpoints with identities is used for as long as it is known: an endpoint that has
 * been replaced cannot prove the identity. An answer that leads to plaintext is used while the control plane keeps it
 * current, and for a bounded time after. Beyond the limit of addresses, the least recently used one is forgotten,
 * except those with open plaintext connections. The backends in a destination's routes are subscribed to with it while
 * its routes name them. Safe for any thread.
 */
public final class Directory {
    /** How long a new connection waits for the control plane's first answer about its destination. */
    public static final Duration MAX_WAIT = Duration.ofSeconds(5);
    /** Most addresses known at a time. */
    static final int MAX_DESTINATIONS = 8192;

    /** A connection that depends on what is known of an address. Compared by reference. */
    public interface Watcher {
        /** Called on any thread when the answer has changed or is too old: ask {@link #standing}. */
        void changed();
    }

    /** Whether plaintext to an address is allowed. */
    public enum Standing {
        /** The address is outside of the mesh: plaintext is allowed. */
        OUTSIDE,
        /** The address is not outside of the mesh, or no longer: plaintext is not allowed. */
        IN_MESH,
        /** The address was outside of the mesh, but that was not confirmed for too long. */
        TOO_OLD,
        /** Nothing is known of the address. */
        UNKNOWN
    }

    private final Subscriptions subscriptions;
    private final LongSupplier nanoTime;
    private final long graceNanos;
    private final Map<InetSocketAddress, KnownDestination> entries = new ConcurrentHashMap<>();
    private final NamedBackends backends = new NamedBackends(); // guarded by itself

    /**
     * @param grace how long an answer that leads to plaintext is used when the control plane no longer keeps it current
     * @param nanoTime a clock that is never set, in nanoseconds
     */
    public Directory(Subscriptions subscriptions, Duration grace, LongSupplier nanoTime) {
        this.subscriptions = subscriptions;
        this.graceNanos = grace.toNanos();
        this.nanoTime = nanoTime;
    }

    /**
     * Finds where a connection to this address goes. Calls back on {@code loop}, at once when a usable answer is known;
     * with {@code null} when none arrived in time.
     */
    public void resolve(InetSocketAddress address, EventLoop loop, Consumer<@Nullable Route> callback) {
        resolve(address, true, loop, callback);
    }

    /**
     * Like {@link #resolve}, for a backend of routes. The backend's own routes do not apply, so their backends are not
     * subscribed to.
     */
    public void resolveBackend(InetSocketAddress address, EventLoop loop, Consumer<@Nullable Route> callback) {
        resolve(address, false, loop, callback);
    }

    private void resolve(
            InetSocketAddress address, boolean follows, EventLoop loop, Consumer<@Nullable Route> callback) {
        long now = nanoTime.getAsLong();
        KnownDestination entry = wanted(address, now);
        if (entry == null) {
            callback.accept(null);
            return;
        }
        if (follows && entry.follow()) {
            follow(address, entry);
        }
        entry.resolve(loop, callback, now, graceNanos);
    }

    /**
     * Subscribes to the backends of an entry's routes, so that no request has to wait for them, and drops those that no
     * routes name any more.
     */
    private void follow(InetSocketAddress destination, KnownDestination entry) {
        synchronized (backends) {
            Set<InetSocketAddress> named = entry.backends();
            long now = nanoTime.getAsLong();
            named.forEach(backend -> wanted(backend, now));
            forget(backends.are(destination, named));
        }
    }

    /** Drops the backends of a destination that was forgotten, unless other routes name them. */
    private void unfollow(InetSocketAddress destination) {
        synchronized (backends) {
            KnownDestination again = entries.get(destination);
            if (again == null || !again.isFollowed()) {
                forget(backends.are(destination, Set.of()));
            }
        }
    }

    private void forget(List<InetSocketAddress> unnamed) {
        for (InetSocketAddress address : unnamed) {
            entries.computeIfPresent(address, (_, entry) -> {
                if (!entry.isOnlyNamed()) {
                    return entry;
                }
                unsubscribe(address); // before another loop can create the entry again
                return null;
            });
        }
    }

    /** Returns the entry of an address, and subscribes to a new one; null if there is no room for another. */
    private @Nullable KnownDestination wanted(InetSocketAddress address, long now) {
        KnownDestination entry = entries.get(address);
        if (entry != null) {
            return entry;
        }
        return makeRoom() ? made(address, now) : null;
    }

    /** Makes and subscribes to an entry; returns the present one if another thread has made it. */
    private KnownDestination made(InetSocketAddress address, long now) {
        KnownDestination fresh = new KnownDestination(now);
        KnownDestination raced = entries.putIfAbsent(address, fresh);
        if (raced == null) {
            subscribe(address);
        }
        return raced == null ? fresh : raced;
    }

    /** Called with the control plane's answer, or a changed one. */
    public void update(InetSocketAddress address, Route route) {
        KnownDestination known = entries.get(address);
        // The address may have been forgotten while its answer was on its way: without a new entry, which is subscribed
        // to, nothing would keep the answer current.
        KnownDestination entry = known == null ? made(address, nanoTime.getAsLong()) : known;
        if (entry.answer(route) && entry.isFollowed()) {
            follow(address, entry);
        }
    }

    /**
     * Called when the control plane no longer has the address. The next use asks again; if a connection depends on it,
     * this asks at once.
     */
    public void remove(InetSocketAddress address) {
        KnownDestination kept =
                entries.computeIfPresent(address, (_, entry) -> entry.watched() || entry.observed() ? entry : null);
        unfollow(address);
        if (kept != null) {
            kept.takeBack(nanoTime.getAsLong());
            subscribe(address);
        }
    }

    /**
     * Called when the stream that kept all answers current has ended or was replaced. A new stream sends the answers
     * that lead to plaintext again.
     */
    public void unconfirmed() {
        long now = nanoTime.getAsLong();
        entries.values().forEach(entry -> entry.unconfirmed(now));
    }

    /**
     * Called when the machine slept for this long, or its clock was set. Answers that are not confirmed within {@link
     * #MAX_WAIT} become that much older.
     */
    public void slept(Duration by) {
        long now = nanoTime.getAsLong();
        long earliest = now - graceNanos + MAX_WAIT.toNanos();
        entries.values().forEach(entry -> entry.slept(now, by.toNanos(), earliest));
    }

    /** Must be called regularly: notifies connections whose answer has become too old. */
    public void look() {
        long now = nanoTime.getAsLong();
        entries.values().forEach(entry -> entry.look(now, graceNanos));
    }

    /**
     * Called when a plaintext connection to this address begins. Returns whether there is room for the address; if so,
     * {@link #unwatch} must be called later.
     */
    public boolean watch(InetSocketAddress address, Watcher watcher) {
        if (!entries.containsKey(address) && !makeRoom()) {
            return false;
        }
        boolean[] fresh = new boolean[1];
        entries.compute(address, (_, present) -> {
            fresh[0] = present == null;
            KnownDestination entry = present == null ? new KnownDestination(nanoTime.getAsLong()) : present;
            entry.watch(watcher);
            return entry;
        });
        if (fresh[0]) {
            subscribe(address);
        }
        return true;
    }

    /** Called when the connection is over. */
    public void unwatch(InetSocketAddress address, Watcher watcher) {
        KnownDestination entry = entries.get(address);
        if (entry != null) {
            entry.unwatch(watcher);
        }
    }

    /**
     * Calls the watcher when the answer about this address changes, for as long as the address is known: unlike {@link
     * #watch}, this does not keep it known when there is no room for another. Returns null if it is not known now.
     */
    public @Nullable Observation observe(InetSocketAddress address, Watcher watcher) {
        KnownDestination entry = entries.get(address);
        return entry == null ? null : new Observation(entry, watcher, nanoTime, graceNanos);
    }

    /** Whether plaintext to this address is allowed. */
    public Standing standing(InetSocketAddress address) {
        KnownDestination entry = entries.get(address);
        return entry == null ? Standing.UNKNOWN : entry.standing(address, nanoTime.getAsLong(), graceNanos);
    }

    /** Returns why the control plane cannot answer now; empty if it can. */
    public String awayBecause() {
        return subscriptions.awayBecause();
    }

    /** Whether this address is known or asked for. */
    public boolean knows(InetSocketAddress address) {
        return entries.containsKey(address);
    }

    /** Number of addresses known or asked for. */
    public int size() {
        return entries.size();
    }

    /** Number of addresses outside of the mesh that the control plane does not currently confirm. */
    public long unconfirmedCount() {
        return entries.values().stream()
                .filter(KnownDestination::leadsToUnconfirmedPlaintext)
                .count();
    }

    /** Makes room for another address; returns whether there is room. */
    private boolean makeRoom() {
        while (entries.size() >= MAX_DESTINATIONS) {
            var oldest = entries.entrySet().stream()
                    .filter(entry -> !entry.getValue().watched())
                    .min((a, b) ->
                            Long.compare(a.getValue().lastUsed(), b.getValue().lastUsed()));
            if (oldest.isEmpty()) {
                return false;
            }
            InetSocketAddress address = oldest.get().getKey();
            if (entries.computeIfPresent(address, (_, entry) -> entry.watched() ? entry : null) == null) {
                unsubscribe(address);
                unfollow(address);
            }
        }
        return true;
    }

    private void subscribe(InetSocketAddress address) {
        subscriptions.subscribe(new ResourceName.Destination(address));
    }

    private void unsubscribe(InetSocketAddress address) {
        subscriptions.unsubscribe(new ResourceName.Destination(address));
    }
}
