package dev.weft.proxy.control;

import dev.weft.api.v1.RefusedCall;
import dev.weft.api.v1.WatchRequest;
import dev.weft.api.v1.WatchResponse;
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a Watch stream open: reopens it when it breaks, and moves it to a new certificate by opening the next stream
 * before it closes the present one. Belongs to the client's event loop, except for volatile fields.
 */
final class WatchConnection {
    private static final Duration FIRST_RETRY = Duration.ofMillis(100);
    private static final Duration LAST_RETRY = Duration.ofSeconds(10);

    /** Called on the event loop. */
    interface Events {
        /**
         * Called when a stream has opened: the user sends Hello.
         *
         * @param moved whether it replaced an open stream
         */
        void onOpen(boolean moved);

        /** Called for each response, which must be answered. */
        void onResponse(WatchResponse response);

        /** Called when the stream broke; another is being tried. */
        void onBroken(String reason);
    }

    private final ControlClient client;
    private final Supplier<@Nullable SslContext> tls;
    private final Events events;
    private final Backoff backoff = new Backoff(FIRST_RETRY, LAST_RETRY, new Random());

    private volatile boolean connected;
    private volatile String lastFailure = "not connected yet";
    private volatile Optional<RefusedCall> refusal = Optional.empty();
    private @Nullable MeshStream stream;
    /** A stream that is opening with a newer certificate while the present stream is open. */
    private @Nullable MeshStream successor;

    /** The scheduled next attempt to open a stream. */
    private @Nullable Future<?> retry;

    private boolean closed;

    WatchConnection(ControlClient client, Supplier<@Nullable SslContext> tls, Events events) {
        this.client = client;
        this.tls = tls;
        this.events = events;
    }

    boolean connected() {
        return connected;
    }

    String lastFailure() {
        return lastFailure;
    }

    /** Returns why the control plane refused the stream; empty if it did not, or no stream was tried. */
    Optional<RefusedCall> refusal() {
        return refusal;
    }

    void open() {
        retry = null;
        if (closed) {
            return;
        }
        SslContext context = tls.get();
        if (context == null) {
            lastFailure = "no certificate that has not ended";
            refusal = Optional.empty();
            retry = later(this::open, LAST_RETRY); // a new certificate is used at once, see move
        } else {
            stream = watch(context);
        }
    }

    /** Called when there is a new certificate. If no stream is up, one is opened with it at once. */
    void move() {
        SslContext context = tls.get();
        if (closed || context == null) {
            return;
        }
        if (!connected) {
            backoff.reset();
            if (retry != null) {
                retry.cancel(false);
                open();
            }
            return;
        }
        if (successor != null) {
            successor.close();
        }
        successor = watch(context);
    }

    /** Sends a request; does nothing while there is no stream. */
    void send(WatchRequest request) {
        if (stream != null && connected) {
            stream.send(request);
        }
    }

    void close() {
        closed = true;
        connected = false;
        if (stream != null) {
            stream.close();
        }
        if (successor != null) {
            successor.close();
        }
    }

    private MeshStream watch(SslContext context) {
        StreamEvents own = new StreamEvents();
        MeshStream opened = client.watch(context, own);
        own.stream = opened;
        return opened;
    }

    private Future<?> later(Runnable task, Duration delay) {
        return client.loop().schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
    }

    private final class StreamEvents implements MeshStream.Listener {
        /** Set before anything can arrive: events come on the event loop, and this object is created on it. */
        private @Nullable MeshStream stream;

        @Override
        public void onOpen() {
            boolean moved = connected;
            if (isSuccessor()) {
                MeshStream former = WatchConnection.this.stream;
                WatchConnection.this.stream = stream;
                successor = null;
                if (former != null) {
                    former.close();
                }
            }
            connected = true;
            events.onOpen(moved);
        }

        @Override
        public void onResponse(WatchResponse response) {
            backoff.reset();
            if (!isSuccessor()) {
                events.onResponse(response);
            }
        }

        @Override
        public void onEnd(RpcException failure) {
            if (isSuccessor()) {
                successor = null;
                var _ = later(WatchConnection.this::move, backoff.next());
                return;
            }
            boolean was = connected;
            connected = false;
            lastFailure = String.valueOf(failure.getMessage());
            refusal = failure.refusal();
            if (successor != null) {
                // The successor is already opening: it becomes the stream.
                WatchConnection.this.stream = successor;
                successor = null;
            } else if (!closed) {
                retry = later(WatchConnection.this::open, backoff.next());
            }
            if (was) {
                events.onBroken(lastFailure);
            }
        }

        private boolean isSuccessor() {
            return stream != null && stream == successor;
        }
    }
}
