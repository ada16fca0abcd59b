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

/** A connection with its time limits: for its handshake and head, for its body, and for everything together. */
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
     * Creates a connection that was accepted just now.
     *
     * @param number greater than those of earlier connections
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

    /** Returns the client's address. */
    public InetAddress address() {
        return socket.getInetAddress();
    }

    /** Returns the client that the connection counts for in the limits. */
    Network client() {
        return limits.client().apply(address());
    }

    /** Whether the request has not arrived completely yet. */
    boolean isAwaited() {
        return isAwaited;
    }

    /** Sets the thread that serves the connection. */
    void onThread(Thread server) {
        thread = server;
        if (hasEnded) {
            server.interrupt();
        }
    }

    /** Called when the head of the request has been read; the body comes next. */
    public void headRead() {
        part.cancel(false);
        part = endAfter(limits.body());
    }

    /** Called when the whole request has been read. */
    public void bodyRead() {
        part.cancel(false);
        isAwaited = false;
    }

    /** Ends the connection, whatever it does. */
    void end() {
        hasEnded = true;
        closeSocket();
        Thread server = thread;
        if (server != null) {
            server.interrupt(); // it may be waiting for another program
        }
    }

    private void closeSocket() {
        try {
            socket.close();
        } catch (IOException _) {
            // The socket is of no more use either way.
        }
    }

    @Override
    public void close() {
        whole.cancel(false);
        part.cancel(false);
        closeSocket();
    }
}
