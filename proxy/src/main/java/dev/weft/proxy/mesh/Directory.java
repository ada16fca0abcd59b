package dev.weft.proxy.mesh;

import dev.weft.proxy.settings.HostPort;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where addresses lead, as the control plane says. An address is subscribed to at its first use and stays known, also while
 * the control plane is away; only when there are too many is the one longest unused forgotten. Safe for any thread.
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

    private final Subscriptions subscriptions;
    private final Map<String, Entry> entries = new ConcurrentHashMap<>();

    public Directory(Subscriptions subscriptions) {
        this.subscriptions = subscriptions;
    }

    /** Calls back on {@code loop}, at once when the answer is known; with {@code null} when none came in time. */
    public void resolve(InetSocketAddress address, EventLoop loop, Consumer<@Nullable Route> callback) {
        String name = PREFIX + HostPort.text(address);
        Entry entry = entries.get(name);
        if (entry == null) {
            makeRoom();
            Entry fresh = new Entry();
            Entry raced = entries.putIfAbsent(name, fresh);
            entry = raced == null ? fresh : raced;
            if (raced == null) {
                subscriptions.subscribe(name);
            }
        }
        entry.resolve(loop, callback);
    }

    /** The control plane's answer, or its change. */
    public void update(String name, Route route) {
        entries.computeIfAbsent(name, n -> new Entry()).answer(route);
    }

    /** The control plane no longer has it; the next use asks again. */
    public void remove(String name) {
        entries.remove(name);
    }

    /** Addresses known or asked for. */
    public int size() {
        return entries.size();
    }

    private void makeRoom() {
        if (entries.size() < MAX_DESTINATIONS) {
            return;
        }
        entries.entrySet().stream()
                .min((a, b) -> Long.compare(a.getValue().lastUsed, b.getValue().lastUsed))
                .ifPresent(oldest -> {
                    if (entries.remove(oldest.getKey(), oldest.getValue())) {
                        subscriptions.unsubscribe(oldest.getKey());
                    }
                });
    }

    /** One address. */
    private static final class Entry {
        private final List<Waiter> waiters = new ArrayList<>(); // guarded by this
        private volatile @Nullable Route route;
        private volatile long lastUsed = System.nanoTime();

        void resolve(EventLoop loop, Consumer<@Nullable Route> callback) {
            lastUsed = System.nanoTime();
            Route known = route;
            if (known != null) {
                callback.accept(known);
                return;
            }
            Waiter waiter = new Waiter(loop, callback);
            synchronized (this) {
                known = route;
                if (known == null) {
                    waiters.add(waiter);
                }
            }
            if (known != null) {
                callback.accept(known);
                return;
            }
            waiter.end = loop.schedule(() -> giveUp(waiter), MAX_WAIT.toMillis(), TimeUnit.MILLISECONDS);
        }

        private void giveUp(Waiter waiter) {
            boolean waiting;
            synchronized (this) {
                waiting = waiters.remove(waiter);
            }
            if (waiting) {
                waiter.callback.accept(null);
            }
        }

        void answer(Route answer) {
            List<Waiter> answered;
            synchronized (this) {
                route = answer;
                answered = List.copyOf(waiters);
                waiters.clear();
            }
            for (Waiter waiter : answered) {
                waiter.loop.execute(() -> waiter.answered(answer));
            }
        }
    }

    /** Compared by reference: each connection waits for itself. */
    private static final class Waiter {
        private final EventLoop loop;
        private final Consumer<@Nullable Route> callback;
        /** Taken back with the answer: it holds the connection that waits. Used by the loop alone. */
        private @Nullable Future<?> end;

        Waiter(EventLoop loop, Consumer<@Nullable Route> callback) {
            this.loop = loop;
            this.callback = callback;
        }

        void answered(Route answer) {
            if (end != null) {
                end.cancel(false);
            }
            callback.accept(answer);
        }
    }
}
