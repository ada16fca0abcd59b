package dev.weft.control.tls;

import dev.weft.daemon.listen.Network;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A connection and the time that it has: for its handshake and head, for its body, and for everything together. */
public final class HttpsConnection implements AutoCloseable {
    private final Socket socket;
    private final long number;
    private final HttpsListener.Limits limits;
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
    HttpsConnection(Socket socket, long number, HttpsListener.Limits limits, ScheduledExecutorService deadlines) {
        this.socket = socket;
        this.number = number;
        this.limits = limits;
        this.deadlines = deadlines;
        this.whole = endAfter(limits.whole());
        this.part = endAfter(limits.head());
    }

    private ScheduledFuture<?> endAfter(Duration time) {
        return deadlines.schedule(this::end, time.toMillis(), TimeUnit.MILLISECONDS);
    }

    Socket socket() {
        return socket;
    }

    long number() {
        return number;
    }

    /** Whose it is. */
    public InetAddress address() {
        return socket.getInetAddress();
    }

    /** As whose it counts. */
    Network network() {
        return Network.of(address());
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

    /** The head of its request is read, and the body comes now. */
    public void headRead() {
        part.cancel(false);
        part = endAfter(limits.body());
    }

    /** All of its request has come. */
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
            server.interrupt(); // it may wait for somebody else
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
