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
 * Where addresses lead, as the control plane says. An address is subscribed to at its first use and stays known. What leads to
 * endpoints with an identity is good for as long as it is known: an endpoint that is another by now cannot prove that identity.
 * What leads to plaintext is good while the control plane keeps it current, and for a bounded time after. Beyond the limit of
 * addresses the one longest unused is forgotten, but for those that connections in plaintext stand on. Backends of the routes of a
 * destination that connections go to are subscribed to with it, for as long as such routes name them. Safe for any thread.
 */
public final class Directory {
    /** How long a new connection waits for the control plane's first answer about its destination. */
    public static final Duration MAX_WAIT = Duration.ofSeconds(5);
    /** Addresses known at a time. */
    static final int MAX_DESTINATIONS = 8192;

    /** A connection in plaintext, which stands on what is known of an address. Compared by reference. */
    public interface Watcher {
        /** Something else is known, or what is known is too old: ask {@link #standing}. Called by any thread. */
        void changed();
    }

    /** Whether there may be plaintext to an address. */
    public enum Standing {
        /** It is outside of the mesh. */
        OUTSIDE,
        /** It is not, or no longer. */
        IN_MESH,
        /** It was, but that was not confirmed for too long. */
        TOO_OLD,
        /** Nothing is known of it. */
        UNKNOWN
    }

    private final Subscriptions subscriptions;
    private final LongSupplier nanoTime;
    private final long graceNanos;
    private final Map<InetSocketAddress, KnownDestination> entries = new ConcurrentHashMap<>();
    private final NamedBackends backends = new NamedBackends(); // guarded by itself

    /**
     * @param grace how long an answer that leads to plaintext is good when the control plane no longer keeps it current
     * @param nanoTime a clock that is never set
     */
    public Directory(Subscriptions subscriptions, Duration grace, LongSupplier nanoTime) {
        this.subscriptions = subscriptions;
        this.graceNanos = grace.toNanos();
        this.nanoTime = nanoTime;
    }

    /**
     * Where a connection to this address goes. Calls back on {@code loop}, at once when a good answer is known; with {@code null} when
     * none came in time.
     */
    public void resolve(InetSocketAddress address, EventLoop loop, Consumer<@Nullable Route> callback) {
        long now = nanoTime.getAsLong();
        KnownDestination entry = wanted(address, now);
        if (entry == null) {
            callback.accept(null);
            return;
        }
        if (entry.follow()) {
            follow(address, entry);
        }
        entry.resolve(loop, callback, now, graceNanos);
    }

    /** The same of a backend of routes. Routes that it has itself are not asked, and so not followed. */
    public void resolveBackend(InetSocketAddress address, EventLoop loop, Consumer<@Nullable Route> callback) {
        long now = nanoTime.getAsLong();
        KnownDestination entry = wanted(address, now);
        if (entry == null) {
            callback.accept(null);
        } else {
            entry.resolve(loop, callback, now, graceNanos);
        }
    }

    /** Asks for what its routes lead to, so that no request has to wait, and no more for what they led to before. */
    private void follow(InetSocketAddress destination, KnownDestination entry) {
        synchronized (backends) {
            Set<InetSocketAddress> named = entry.backends();
            long now = nanoTime.getAsLong();
            named.forEach(backend -> wanted(backend, now));
            forget(backends.are(destination, named));
        }
    }

    /** This destination was forgotten: what its routes led to may not be wanted any more. */
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
                unsubscribe(address); // before another loop can make the entry again
                return null;
            });
        }
    }

    /** What is known of an address, which is asked for if it is new; null if no more can be known. */
    private @Nullable KnownDestination wanted(InetSocketAddress address, long now) {
        KnownDestination entry = entries.get(address);
        if (entry == null) {
            if (!makeRoom()) {
                return null;
            }
            KnownDestination fresh = new KnownDestination(now);
            KnownDestination raced = entries.putIfAbsent(address, fresh);
            entry = raced == null ? fresh : raced;
            if (raced == null) {
                subscribe(address);
            }
        }
        return entry;
    }

    /** The control plane's answer, or its change. */
    public void update(InetSocketAddress address, Route route) {
        boolean[] fresh = new boolean[1];
        KnownDestination entry = entries.computeIfAbsent(address, _ -> {
            fresh[0] = true;
            return new KnownDestination(nanoTime.getAsLong());
        });
        if (fresh[0]) {
            // It was given up while its answer was on its way: nothing would keep it current.
            subscribe(address);
        }
        if (entry.answer(route) && entry.isFollowed()) {
            follow(address, entry);
        }
    }

    /** The control plane no longer has it. The next use asks again, or at once if a connection stands on it. */
    public void remove(InetSocketAddress address) {
        KnownDestination kept = entries.computeIfPresent(address, (_, entry) -> entry.watched() ? entry : null);
        unfollow(address);
        if (kept != null) {
            kept.takeBack(nanoTime.getAsLong());
            subscribe(address);
        }
    }

    /** The stream that kept all answers current is gone, or another has its place, which tells them again. */
    public void unconfirmed() {
        long now = nanoTime.getAsLong();
        entries.values().forEach(entry -> entry.unconfirmed(now));
    }

    /** The machine slept for so long, or its clock was set: what is not confirmed within {@link #MAX_WAIT} is that much older. */
    public void slept(Duration by) {
        long now = nanoTime.getAsLong();
        long earliest = now - graceNanos + MAX_WAIT.toNanos();
        entries.values().forEach(entry -> entry.slept(now, by.toNanos(), earliest));
    }

    /** To be called again and again: tells the connections that stand on what has become too old. */
    public void look() {
        long now = nanoTime.getAsLong();
        entries.values().forEach(entry -> entry.look(now, graceNanos));
    }

    /** A connection in plaintext to this address begins. Whether there is room; if so, {@link #unwatch} is due. */
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

    /** The connection is over. */
    public void unwatch(InetSocketAddress address, Watcher watcher) {
        KnownDestination entry = entries.get(address);
        if (entry != null) {
            entry.unwatch(watcher);
        }
    }

    /** Whether there may be plaintext to this address. */
    public Standing standing(InetSocketAddress address) {
        KnownDestination entry = entries.get(address);
        return entry == null ? Standing.UNKNOWN : entry.standing(address, nanoTime.getAsLong(), graceNanos);
    }

    /** Why the control plane cannot say at this moment where an address leads; empty if it can. */
    public String awayBecause() {
        return subscriptions.awayBecause();
    }

    /** Whether this address is known or asked for. */
    public boolean knows(InetSocketAddress address) {
        return entries.containsKey(address);
    }

    /** Addresses known or asked for. */
    public int size() {
        return entries.size();
    }

    /** Addresses outside of the mesh of which the control plane has not said lately that they still are. */
    public long unconfirmedCount() {
        return entries.values().stream()
                .filter(KnownDestination::leadsToUnconfirmedPlaintext)
                .count();
    }

    /** Whether another address can be known. */
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
