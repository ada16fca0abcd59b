package dev.weft.proxy.names;

import dev.weft.proxy.control.ResourceName;
import dev.weft.proxy.control.Subscriptions;
import dev.weft.proxy.loop.LoopTimer;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Knows what names of the mesh stand for, from the control plane's answers. A name is asked for at its first use and
 * kept current from then on. While the control plane is away, its last answer is used for a bounded time; a question
 * for an unknown name fails at once. Beyond the limit of names, the least recently used one is forgotten. Updates may
 * come from any thread; lookups must be on its event loop.
 */
public final class NameBook {
    /** Most names known at a time. */
    static final int MAX_NAMES = 1_000;
    /** How long a question waits for the control plane's first answer. */
    static final Duration WAIT = Duration.ofSeconds(2);
    /** How long an answer is used after the control plane stops keeping it current. */
    static final Duration MAX_AGE = Duration.ofHours(24);

    private final EventLoop loop;
    private final Subscriptions subscriptions;
    private final LongSupplier nanoTime;

    // Owned by the event loop.
    private final Map<String, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
    private NameScope naming;
    private boolean told;
    private boolean connected;
    private long awaySince;
    private volatile int size;

    private static final class Entry {
        @Nullable
        MeshName known;

        final List<Consumer<Optional<MeshName>>> waiting = new ArrayList<>();

        final LoopTimer expiry = new LoopTimer();
    }

    /** @param naming the zones and namespaces known before the control plane has sent them */
    public NameBook(EventLoop loop, Subscriptions subscriptions, NameScope naming, LongSupplier nanoTime) {
        this.loop = loop;
        this.subscriptions = subscriptions;
        this.naming = naming;
        this.nanoTime = nanoTime;
        this.awaySince = nanoTime.getAsLong();
    }

    /** Returns which names can be names of the mesh. */
    NameScope naming() {
        return naming;
    }

    /**
     * Whether the control plane has ever sent which names there are. Before that, the sidecar may need a name to find
     * the control plane.
     */
    boolean told() {
        return told;
    }

    /** Number of names known or asked for. */
    public int size() {
        return size;
    }

    /** Sets which names there can be, as the control plane says. */
    public void names(List<String> zones, Set<String> namespaces) {
        loop.execute(() -> {
            told = true;
            naming = new NameScope(
                    naming.namespace(),
                    zones.isEmpty() ? naming.zones() : zones,
                    Optional.of(namespaces),
                    naming.control());
        });
    }

    /** Sets what a name stands for. */
    public void update(ResourceName.HostName name, MeshName known) {
        loop.execute(() -> {
            Entry entry = entries.get(name.name());
            if (entry != null) {
                entry.known = known;
                answer(entry, Optional.of(known));
            }
        });
    }

    /** Called when the control plane's answer about a name is no longer valid; the next use asks again. */
    public void remove(ResourceName.HostName name) {
        loop.execute(() -> {
            Entry entry = entries.remove(name.name());
            size = entries.size();
            if (entry != null) {
                answer(entry, Optional.empty());
                subscriptions.unsubscribe(name);
            }
        });
    }

    /** Called when the stream to the control plane is up, or has broken. */
    public void connected(boolean up) {
        loop.execute(() -> {
            if (connected != up) {
                connected = up;
                awaySince = nanoTime.getAsLong();
            }
            if (!up) {
                entries.values().forEach(entry -> answer(entry, Optional.empty()));
            }
        });
    }

    /**
     * Looks up a name, and calls back: at once if the answer is known; with an empty result if the control plane gives
     * none. Must be called on the event loop.
     */
    void lookup(String key, Consumer<Optional<MeshName>> callback) {
        Entry entry = entries.get(key);
        if (entry == null) {
            makeRoom();
            entry = new Entry();
            entries.put(key, entry);
            size = entries.size();
            subscriptions.subscribe(new ResourceName.HostName(key));
        }
        MeshName known = entry.known;
        if (known != null) {
            callback.accept(isTooOld() ? Optional.empty() : Optional.of(known));
        } else if (!connected) {
            callback.accept(Optional.empty());
        } else {
            await(entry, callback);
        }
    }

    private boolean isTooOld() {
        return !connected && nanoTime.getAsLong() - awaySince > MAX_AGE.toNanos();
    }

    private void await(Entry entry, Consumer<Optional<MeshName>> callback) {
        if (entry.waiting.isEmpty()) {
            entry.expiry.start(loop, WAIT, () -> answer(entry, Optional.empty()));
        }
        entry.waiting.add(callback);
    }

    private static void answer(Entry entry, Optional<MeshName> known) {
        entry.expiry.cancel();
        List<Consumer<Optional<MeshName>>> waiting = List.copyOf(entry.waiting);
        entry.waiting.clear();
        waiting.forEach(callback -> callback.accept(known));
    }

    /**
     * Removes names in the order of their last use. Names with waiting questions stay; they are few, because there are
     * fewer questions than names.
     */
    private void makeRoom() {
        Iterator<Map.Entry<String, Entry>> oldest = entries.entrySet().iterator();
        while (entries.size() >= MAX_NAMES && oldest.hasNext()) {
            Map.Entry<String, Entry> candidate = oldest.next();
            if (candidate.getValue().waiting.isEmpty()) {
                oldest.remove();
                subscriptions.unsubscribe(new ResourceName.HostName(candidate.getKey()));
            }
        }
    }
}
