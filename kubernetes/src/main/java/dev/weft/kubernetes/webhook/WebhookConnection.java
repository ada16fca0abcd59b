package dev.weft.kubernetes.webhook;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A connection and the time that it has: for its handshake and head, for its body, and for everything together. */
final class WebhookConnection implements WebhookExchange.Peer, AutoCloseable {

    /** It ends after this time, whatever it does. API servers wait for 5 s. */
    static final Duration WHOLE = Duration.ofSeconds(10);

    private static final Duration HEAD = Duration.ofSeconds(3);
    private static final Duration BODY = Duration.ofSeconds(2);

    private final Socket socket;
    private final long number;
    private final ScheduledExecutorService deadlines;
    private final ScheduledFuture<?> whole;
    private ScheduledFuture<?> part;
    private volatile boolean isAwaited = true;
    private volatile boolean hasEnded;
    private volatile @Nullable Thread thread;

    /**
     * One that was accepted now.
     *
     * @param number a greater one than those before
     */
    WebhookConnection(Socket socket, long number, ScheduledExecutorService deadlines) {
        this.socket = socket;
        this.number = number;
        this.deadlines = deadlines;
        this.whole = deadlines.schedule(this::end, WHOLE.toMillis(), TimeUnit.MILLISECONDS);
        this.part = deadlines.schedule(this::end, HEAD.toMillis(), TimeUnit.MILLISECONDS);
    }

    Socket socket() {
        return socket;
    }

    long number() {
        return number;
    }

    @Override
    public InetAddress address() {
        return socket.getInetAddress();
    }

    /** Whether its request, or the rest of it, is still to come. */
    boolean isAwaited() {
        return isAwaited;
    }

    /** Who serves it. */
    void onThread(Thread server) {
        thread = server;
        if (hasEnded) {
            server.interrupt();
        }
    }

    @Override
    public void headRead() {
        part.cancel(false);
        part = deadlines.schedule(this::end, BODY.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void bodyRead() {
        part.cancel(false);
        isAwaited = false;
    }

    /** Ends it, whatever it does. */
    void end() {
        hasEnded = true;
        closeSocket();
        Thread server = thread;
        if (server != null) {
            server.interrupt(); // it may wait for the API server
        }
    }

    private void closeSocket() {
        try {
            socket.close();
        } catch (IOException _) {
            // It is of no more use either way.
        }
    }

    @Override
    public void close() {
        whole.cancel(false);
        part.cancel(false);
        closeSocket();
    }
}
