package dev.weft.proxy.requests;

import dev.weft.daemon.text.HostPort;
import dev.weft.proxy.http2.Http2Settings;
import dev.weft.proxy.session.Refusal;
import dev.weft.proxy.session.Session;
import dev.weft.proxy.sidecar.Sidecar;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * The connections to the application that carry the requests of one session: one, and more only if that one takes no
 * more requests. Callers never share a connection, so no caller waits because another does not read. Belongs to the
 * session's event loop.
 */
final class ApplicationConnections {
    /**
     * The most simultaneous connections. Connections that only finish their requests are not counted: there are no more
     * of them than streams of the tunnel.
     */
    static final int MOST = 4;
    /** The most times that one request is sent to an application that refuses it unseen. */
    static final int MOST_TAKES = 3;

    /** Settings for the application; it may open no streams. */
    private static final Http2Settings SETTINGS = new Http2Settings(
            Http2Settings.DEFAULTS.streamWindow(),
            Http2Settings.DEFAULTS.maxStreamWindow(),
            Http2Settings.DEFAULTS.connectionWindow(),
            Http2Settings.DEFAULTS.maxFrameSize(),
            0,
            Http2Settings.DEFAULTS.maxHeaderListSize(),
            Http2Settings.DEFAULTS.sendQueueHigh(),
            Http2Settings.DEFAULTS.sendQueueLow(),
            Duration.ofSeconds(5));

    final Sidecar sidecar;
    final Session session;
    private final List<ApplicationConnection> connections = new ArrayList<>(1);
    private final Queue<InboundRequest> waiting = new ArrayDeque<>();
    private boolean closed;

    ApplicationConnections(Sidecar sidecar, Session session) {
        this.sidecar = sidecar;
        this.session = session;
    }

    Http2Settings settings() {
        return SETTINGS.withHeaderList(sidecar.heads().octets());
    }

    /** Passes the request on, now or when a connection takes it. The tunnel's streams limit how many requests wait. */
    void take(InboundRequest request) {
        waiting.add(request);
        serve();
    }

    /** Whether a request that the application has refused unseen may be sent to it once more. */
    boolean mayTakeAgain(InboundRequest request) {
        return !closed && request.takes() < MOST_TAKES;
    }

    void forget(InboundRequest request) {
        if (!waiting.isEmpty()) {
            waiting.remove(request);
        }
    }

    /** Called when a request that waits may be able to go: sends as many as possible. */
    void serve() {
        while (!closed && !waiting.isEmpty()) {
            ApplicationConnection free = free();
            if (free == null) {
                connectIfNeeded();
                return;
            }
            free.send(waiting.remove());
        }
    }

    private @Nullable ApplicationConnection free() {
        for (ApplicationConnection connection : connections) {
            if (connection.takesMore()) {
                return connection;
            }
        }
        return null;
    }

    private void connectIfNeeded() {
        int staying = 0;
        for (ApplicationConnection connection : connections) {
            if (connection.connecting()) {
                return;
            }
            staying += connection.leaving() ? 0 : 1;
        }
        if (staying < MOST) {
            ApplicationConnection made = new ApplicationConnection(this);
            connections.add(made);
            made.connect();
        }
    }

    /** Called when a connection is ready: the session counts as established. */
    void stands() {
        session.admitted();
        serve();
    }

    /**
     * Called when a connection could not be made: the waiting requests are refused with the reason, unless another
     * connection will serve them.
     */
    void failed(ApplicationConnection connection, Refusal refusal) {
        connections.remove(connection);
        if (connections.stream().anyMatch(ApplicationConnection::busy)) {
            return;
        }
        List<InboundRequest> all = List.copyOf(waiting);
        waiting.clear();
        all.forEach(request -> request.unreachable(refusal));
    }

    void gone(ApplicationConnection connection) {
        connections.remove(connection);
        serve();
    }

    String address() {
        return HostPort.text(session.destination());
    }

    /** Closes all connections; the session has ended, and all of its requests. */
    void close() {
        closed = true;
        waiting.clear();
        List.copyOf(connections).forEach(ApplicationConnection::close);
    }

    boolean closed() {
        return closed;
    }
}
