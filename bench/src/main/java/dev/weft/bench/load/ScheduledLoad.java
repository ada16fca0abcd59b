package dev.weft.bench.load;

import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;

/**
 * Sends requests at fixed times on any open connection that is free. If none is free the request waits, and its latency
 * still counts from the time at which it was due. So a stall affects all requests that it delays (no coordinated
 * omission).
 */
final class ScheduledLoad extends Load {
    private static final long NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

    private final ArrayDeque<HttpConnection> free = new ArrayDeque<>();
    private final ArrayDeque<Long> waiting = new ArrayDeque<>();
    private final long total;
    private final long intervalNanos;
    private final long firstNanos = System.nanoTime();
    private long scheduled;

    ScheduledLoad(LoadGenerator generator, int perSecond, Duration time, String path) {
        super(generator, path);
        intervalNanos = NANOS_PER_SECOND / perSecond;
        total = time.toNanos() / intervalNanos;
    }

    @Override
    void begin() {
        free.addAll(generator.requireOpen());
        steps(total);
        tick();
    }

    private void tick() {
        long now = System.nanoTime();
        long due = firstNanos + scheduled * intervalNanos;
        while (scheduled < total && due - now <= 0) {
            scheduled++;
            waiting.add(due);
            due += intervalNanos;
        }
        sendWaiting();
        if (scheduled < total) {
            Future<?> _ = generator.loop().schedule(this::tick, due - System.nanoTime(), TimeUnit.NANOSECONDS);
        }
    }

    private void sendWaiting() {
        while (!waiting.isEmpty() && !free.isEmpty()) {
            send(free.remove(), waiting.remove());
        }
    }

    @Override
    void onAnswer(HttpConnection connection) {
        free.add(connection);
        sendWaiting();
        settle();
    }

    @Override
    void onGone(HttpConnection connection, boolean broken) {
        if (!free.remove(connection)) {
            settle();
        }
    }
}
