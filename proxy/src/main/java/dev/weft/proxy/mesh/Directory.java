package dev.weft.proxy.mesh;

import dev.weft.daemon.text.HostPort;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashSet;
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

    private static final String PREFIX = "destination/";

    /** How the directory asks. */
    public interface Subscriptions {
        /** Asks for this resource, now or when the control plane is there again. */
        void subscribe(String name);

        /** No longer wants it. */
        void unsubscribe(String name);
    }

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
        /** It was, but nobody has confirmed that for too long. */
        TOO_OLD,
        /** Nothing is known of it. */
        UNKNOWN
    }

    private final Subscriptions subscriptions;
    private final LongSupplier nanoTime;
    private final long graceNanos;
    private final Map<String, Entry> entries = new ConcurrentHashMap<>();
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
        String name = name(address);
        Entry entry = wanted(name, now);
        if (entry == null) {
            callback.accept(null);
            return;
        }
        if (entry.follow()) {
            follow(name, entry);
        }
        entry.resolve(loop, callback, now, graceNanos);
    }

    /** The same of a backend of routes. Routes that it has itself are not asked, and so not followed. */
    public void resolveBackend(InetSocketAddress address, EventLoop loop, Consumer<@Nullable Route> callback) {
        long now = nanoTime.getAsLong();
        Entry entry = wanted(name(address), now);
        if (entry == null) {
            callback.accept(null);
        } else {
            entry.resolve(loop, callback, now, graceNanos);
        }
    }

    /** Asks for what its routes lead to, so that no request has to wait, and no more for what they led to before. */
    private void follow(String name, Entry entry) {
        synchronized (backends) {
            Set<String> named = new HashSet<>();
            entry.backends().forEach(address -> named.add(name(address)));
            long now = nanoTime.getAsLong();
            named.forEach(backend -> wanted(backend, now));
            forget(backends.are(name, named));
        }
    }

    /** This destination was forgotten: what its routes led to may not be wanted any more. */
    private void unfollow(String name) {
        synchronized (backends) {
            Entry again = entries.get(name);
            if (again == null || !again.isFollowed()) {
                forget(backends.are(name, Set.of()));
            }
        }
    }

    private void forget(List<String> unnamed) {
        for (String name : unnamed) {
            boolean[] gone = new boolean[1];
            entries.computeIfPresent(name, (_, entry) -> {
                gone[0] = entry.isOnlyNamed();
                return gone[0] ? null : entry;
            });
            if (gone[0]) {
                subscriptions.unsubscribe(name);
            }
        }
    }

    /** What is known of an address, which is asked for if it is new; null if no more can be known. */
    private @Nullable Entry wanted(String name, long now) {
        Entry entry = entries.get(name);
        if (entry == null) {
            if (!makeRoom()) {
                return null;
            }
            Entry fresh = new Entry(now);
            Entry raced = entries.putIfAbsent(name, fresh);
            entry = raced == null ? fresh : raced;
            if (raced == null) {
                subscriptions.subscribe(name);
            }
        }
        return entry;
    }

    /** The control plane's answer, or its change. */
    public void update(String name, Route route) {
        boolean[] fresh = new boolean[1];
        Entry entry = entries.computeIfAbsent(name, _ -> {
            fresh[0] = true;
            return new Entry(nanoTime.getAsLong());
        });
        if (fresh[0]) {
            // It was given up while its answer was on its way: nothing would keep it current.
            subscriptions.subscribe(name);
        }
        if (entry.answer(route) && entry.isFollowed()) {
            follow(name, entry);
        }
    }

    /** The control plane no longer has it. The next use asks again, or at once if a connection stands on it. */
    public void remove(String name) {
        Entry kept = entries.computeIfPresent(name, (_, entry) -> entry.watched() ? entry : null);
        unfollow(name);
        if (kept != null) {
            kept.takeBack(nanoTime.getAsLong());
            subscriptions.subscribe(name);
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
        String name = name(address);
        if (!entries.containsKey(name) && !makeRoom()) {
            return false;
        }
        boolean[] fresh = new boolean[1];
        entries.compute(name, (_, present) -> {
            fresh[0] = present == null;
            Entry entry = present == null ? new Entry(nanoTime.getAsLong()) : present;
            entry.watch(watcher);
            return entry;
        });
        if (fresh[0]) {
            subscriptions.subscribe(name);
        }
        return true;
    }

    /** The connection is over. */
    public void unwatch(InetSocketAddress address, Watcher watcher) {
        Entry entry = entries.get(name(address));
        if (entry != null) {
            entry.unwatch(watcher);
        }
    }

    /** Whether there may be plaintext to this address. */
    public Standing standing(InetSocketAddress address) {
        Entry entry = entries.get(name(address));
        return entry == null ? Standing.UNKNOWN : entry.standing(address, nanoTime.getAsLong(), graceNanos);
    }

    /** Addresses known or asked for. */
    public int size() {
        return entries.size();
    }

    /** Addresses outside of the mesh of which the control plane has not said lately that they still are. */
    public long unconfirmedCount() {
        return entries.values().stream()
                .filter(Entry::leadsToUnconfirmedPlaintext)
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
            String name = oldest.get().getKey();
            if (entries.computeIfPresent(name, (_, entry) -> entry.watched() ? entry : null) == null) {
                subscriptions.unsubscribe(name);
                unfollow(name);
            }
        }
        return true;
    }

    private static String name(InetSocketAddress address) {
        return PREFIX + HostPort.text(address);
    }
}
