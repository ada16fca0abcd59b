package dev.weft.proxy.exchange;

import dev.weft.proxy.mesh.Route;
import dev.weft.proxy.session.Refusal;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One session with an endpoint: a stream of a tunnel, or a plain connection. It carries one request after the other,
 * never two at a time. Data that arrives while it carries no request ends it. Belongs to one event loop.
 */
abstract class Upstream {
    /** How long the endpoint may take to end its direction after this side has. */
    private static final Duration LINGER = Duration.ofSeconds(3);
    /** After this many such waits in which the endpoint took no data, the session is reset. */
    private static final int MOST_STALLED = 20;

    final Route.Endpoint endpoint;
    private @Nullable User user;
    private boolean opened;
    private boolean over;
    /** Whether the endpoint may still read long after this side has ended. */
    private boolean late;

    private int requests;
    private long idleSince;

    /** The request that uses the session. */
    interface User {
        /** Called when the session can be written to. The endpoint may not have seen the data yet. */
        void ready();

        /** Called when the endpoint has accepted the session. */
        default void opened() {}

        /** Receives bytes of the endpoint; takes ownership. */
        void received(ByteBuf data);

        /** Called when the endpoint sends no more. */
        void inputEnded();

        /**
         * Called when the session was lost.
         *
         * @param unseen whether the endpoint's application has certainly seen none of the written data
         */
        void broken(Refusal refusal, boolean unseen);

        /** Called when the session can take more data again. */
        default void writableAgain() {}

        /** Whether more may be read from the endpoint now. */
        default boolean takes() {
            return true;
        }
    }

    Upstream(Route.Endpoint endpoint) {
        this.endpoint = endpoint;
    }

    /** Gives the session to a request. */
    void use(User next) {
        user = next;
        requests++;
        if (opened) {
            next.ready();
        }
    }

    /** Sets the host that the next request names, in lower case and without a port. */
    void names(String host) {
        // inside of the mesh, no rule depends on the host
    }

    /** Whether the session has carried a request before. */
    boolean isReused() {
        return requests > 1;
    }

    /** Called when the request is done, and another may follow. */
    void rest(long now) {
        user = null;
        idleSince = now;
        resume();
    }

    long idleSince() {
        return idleSince;
    }

    boolean isOpened() {
        return opened;
    }

    boolean isOver() {
        return over;
    }

    /** Starts to open the session; its user may be called immediately. */
    abstract void start();

    /** Whether the session may carry another request. */
    abstract boolean lasts();

    /**
     * Returns why the rules for calls out of the mesh do not allow the session; null if they do, or it stays inside.
     */
    abstract @Nullable Refusal egress();

    /** Sends data; takes ownership. */
    abstract void write(ByteBuf data);

    /** Sends what was written, if that needs more than the end of the loop's turn. */
    void flush() {}

    /** Whether more should be written now. */
    abstract boolean writable();

    /** Returns about how much memory the written bytes take that the endpoint has not taken; 0 if it has taken all. */
    abstract long queued();

    /** Whether both directions have ended. */
    abstract boolean isClosed();

    /** Ends the direction to the endpoint. */
    abstract void finish();

    /** Reads more, if its user takes more. */
    abstract void resume();

    /** Ends both directions immediately. */
    final void abort() {
        if (!over) {
            over = true;
            user = null;
            reset();
        }
    }

    /** Ends the session in order: no more data is sent, and incoming data is dropped. */
    final void retire() {
        if (!over) {
            over = true;
            user = null;
            end();
        }
    }

    /**
     * Ends the session in order, and gives the endpoint, which has answered already, much time to read the last data.
     */
    final void retireLate() {
        late = true;
        retire();
    }

    /** Resets the session after some time, or when the endpoint has taken no data for long. */
    final void linger(EventLoop loop) {
        linger(loop, queued(), MOST_STALLED);
    }

    private void linger(EventLoop loop, long before, int looks) {
        Runnable look = () -> {
            long left = queued();
            int more = left < before ? MOST_STALLED : looks - 1;
            if ((left > 0 || (late && !isClosed())) && more > 0) {
                linger(loop, left, more);
            } else {
                reset();
            }
        };
        var _ = loop.schedule(look, LINGER.toMillis(), TimeUnit.MILLISECONDS);
    }

    abstract void reset();

    abstract void end();

    boolean takes() {
        return over || user == null || user.takes();
    }

    final void wasOpened() {
        opened = true;
        if (user != null) {
            user.opened();
        }
    }

    final void becameReady() {
        if (user != null) {
            user.ready();
        }
    }

    final void wasReceived(ByteBuf data) {
        if (user != null) {
            user.received(data);
            return;
        }
        data.release();
        abort(); // it answers no request, and no request may take it as its answer
    }

    final void inputEnded() {
        if (user != null) {
            user.inputEnded();
        } else {
            retire();
        }
    }

    final void wasBroken(Refusal refusal, boolean unseen) {
        if (!over) {
            over = true;
            User hit = user;
            user = null;
            if (hit != null) {
                hit.broken(refusal, unseen);
            }
        }
    }

    final void writableAgain() {
        if (user != null) {
            user.writableAgain();
        }
    }
}
