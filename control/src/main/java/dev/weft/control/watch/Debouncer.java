package dev.weft.control.watch;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.ObjLongConsumer;

/**
 * Combines changes of the same thing that follow each other quickly: the first is reported at once, later ones together
 * when the interval is over. Safe for use by several threads.
 */
final class Debouncer<T> {

    private final long nanos;
    private final LongSupplier clock;
    private final ObjLongConsumer<Runnable> later;
    private final Consumer<Set<T>> receiver;

    @GuardedBy("this")
    private final Map<T, Long> last = new HashMap<>();

    @GuardedBy("this")
    private final Set<T> waiting = new HashSet<>();

    /**
     * Creates a gathering with this interval.
     *
     * @param clock in nanoseconds
     * @param later runs a task after this many nanoseconds
     * @param receiver receives what has changed, once for all changes of an interval
     */
    Debouncer(Duration time, LongSupplier clock, ObjLongConsumer<Runnable> later, Consumer<Set<T>> receiver) {
        this.nanos = time.toNanos();
        this.clock = clock;
        this.later = later;
        this.receiver = receiver;
    }

    /** Notes that these have changed; returns those to report now. */
    synchronized Set<T> changed(Collection<T> things) {
        long now = clock.getAsLong();
        last.values().removeIf(when -> now - when >= nanos);
        Set<T> atOnce = new HashSet<>();
        for (T thing : things) {
            Long before = last.putIfAbsent(thing, now);
            if (before == null) {
                atOnce.add(thing);
            } else if (waiting.add(thing)) {
                later.accept(() -> intervalOver(thing), nanos - (now - before));
            }
        }
        return atOnce;
    }

    private void intervalOver(T thing) {
        synchronized (this) {
            waiting.remove(thing);
            last.put(thing, clock.getAsLong());
        }
        receiver.accept(Set.of(thing));
    }
}
