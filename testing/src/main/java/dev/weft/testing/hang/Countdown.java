package dev.weft.testing.hang;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Tells when nothing has happened for so long, and what happened last. Any thread may call it. */
final class Countdown {
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("hang-watch").factory());
    private final Duration limit;
    private final Consumer<String> atEnd;
    private boolean running;
    private @Nullable ScheduledFuture<?> end;

    /** Calls {@code atEnd} on a thread of its own, with what happened last. */
    Countdown(Duration limit, Consumer<String> atEnd) {
        this.limit = limit;
        this.atEnd = atEnd;
    }

    synchronized void start() {
        running = true;
        again("the start");
    }

    synchronized void stop() {
        running = false;
        cancel();
    }

    /** This happens now: the time counts from here. */
    synchronized void again(String event) {
        cancel();
        if (running) {
            end = timer.schedule(() -> atEnd.accept(event), limit.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    private void cancel() {
        if (end != null) {
            end.cancel(false);
            end = null;
        }
    }
}
