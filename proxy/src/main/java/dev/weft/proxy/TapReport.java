package dev.weft.proxy;

import dev.weft.api.v1.TappedRequests;
import dev.weft.proxy.loop.LoopTimer;
import dev.weft.proxy.observe.RequestTap;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** Sends the control plane the requests that have ended, while an operator watches. Belongs to one event loop. */
final class TapReport {
    /** Pause between reports; with {@link RequestTap#MAX_WAITING} requests in each, at most 200 requests a second. */
    static final Duration PERIOD = Duration.ofMillis(250);

    private final RequestTap tap;
    private final EventLoop loop;
    private final Consumer<TappedRequests> teller;
    private final LoopTimer timer = new LoopTimer();

    TapReport(RequestTap tap, EventLoop loop, Consumer<TappedRequests> teller) {
        this.tap = tap;
        this.loop = loop;
        this.teller = teller;
        tap.onBegin(() -> loop.execute(this::later));
    }

    private void later() {
        if (!timer.isSet()) {
            timer.start(loop, PERIOD, this::tell);
        }
    }

    private void tell() {
        if (tap.isOpen()) {
            tap.take().ifPresent(teller);
            later();
        }
    }

    /** Stops watching and reporting. Must be called on the event loop. */
    void stop() {
        tap.filters(List.of());
        timer.cancel();
    }
}
