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
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a Watch stream open: reopens it when it breaks, and moves it to a new certificate by opening the next stream
 * before it closes the present one. Belongs to the client's event loop, except for volatile fields.
 */
final class WatchConnection implements MeshStream.Listener {
    private static final Duration FIRST_RETRY = Duration.ofMillis(100);
    private static final Duration LAST_RETRY = Duration.ofSeconds(10);

    private final ControlClient client;
    private final Supplier<@Nullable SslContext> tls;
    private final Consumer<Boolean> opened;
    private final Consumer<WatchResponse> received;
    private final Consumer<String> broken;
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

    /**
     * No stream is open yet. The consumers are called on the event loop.
     *
     * @param opened is called when a stream has opened, with whether it replaced an open stream: the user sends Hello
     * @param received is called for each response, which must be answered
     * @param broken is called with the reason when the stream broke; another is being tried
     */
    WatchConnection(
            ControlClient client,
            Supplier<@Nullable SslContext> tls,
            Consumer<Boolean> opened,
            Consumer<WatchResponse> received,
            Consumer<String> broken) {
        this.client = client;
        this.tls = tls;
        this.opened = opened;
        this.received = received;
        this.broken = broken;
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
            stream = client.watch(context, this);
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
        successor = client.watch(context, this);
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

    private Future<?> later(Runnable task, Duration delay) {
        return client.loop().schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void onOpen(MeshStream of) {
        boolean moved = connected;
        if (isSuccessor(of)) {
            MeshStream former = stream;
            stream = of;
            successor = null;
            if (former != null) {
                former.close();
            }
        }
        connected = true;
        opened.accept(moved);
    }

    @Override
    public void onResponse(MeshStream of, WatchResponse response) {
        backoff.reset();
        if (!isSuccessor(of)) {
            received.accept(response);
        }
    }

    @Override
    public void onEnd(MeshStream of, RpcException failure) {
        if (isSuccessor(of)) {
            successor = null;
            var _ = later(this::move, backoff.next());
            return;
        }
        boolean was = connected;
        connected = false;
        lastFailure = String.valueOf(failure.getMessage());
        refusal = failure.refusal();
        if (successor != null) {
            // The successor is already opening: it becomes the stream.
            stream = successor;
            successor = null;
        } else if (!closed) {
            retry = later(this::open, backoff.next());
        }
        if (was) {
            broken.accept(lastFailure);
        }
    }

    private boolean isSuccessor(MeshStream of) {
        return of == successor;
    }
}
