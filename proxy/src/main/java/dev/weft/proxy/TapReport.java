package dev.weft.proxy;

import dev.weft.api.v1.TappedRequests;
import dev.weft.proxy.observe.RequestTap;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Tells the control plane, while an operator looks on, which requests have ended. Belongs to its event loop. */
final class TapReport {
    /** Told this often; with {@link RequestTap#MAX_WAITING} at once, no more than 200 requests in a second. */
    static final Duration PERIOD = Duration.ofMillis(250);

    private final RequestTap tap;
    private final EventLoop loop;
    private final Consumer<TappedRequests> teller;
    private @Nullable Future<?> timer;

    TapReport(RequestTap tap, EventLoop loop, Consumer<TappedRequests> teller) {
        this.tap = tap;
        this.loop = loop;
        this.teller = teller;
        tap.onBegin(() -> loop.execute(this::later));
    }

    private void later() {
        if (timer == null) {
            timer = loop.schedule(this::tell, PERIOD.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void tell() {
        timer = null;
        if (tap.isOpen()) {
            tap.take().ifPresent(teller);
            later();
        }
    }

    /** To be called on the event loop. */
    void stop() {
        tap.filters(List.of());
        if (timer != null) {
            timer.cancel(false);
        }
    }
}
