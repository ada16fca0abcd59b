package dev.weft.proxy.exchange;

import dev.weft.proxy.mesh.Route;
import dev.weft.proxy.session.Refusal;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One session with an endpoint: a stream of a tunnel, or a plain connection. It carries one request after the other, and never two
 * at a time. What arrives while it carries none belongs to no request, and ends it. Belongs to one event loop.
 */
abstract class Upstream {
    /** How long the other side may take to end after this one has. */
    private static final Duration LINGER = Duration.ofSeconds(3);
    /** How many times as long it may take nothing of what was written last. */
    private static final int MOST_STALLED = 20;

    private final Route.Endpoint endpoint;
    private @Nullable User user;
    private boolean opened;
    private boolean over;
    /** Whether the other side may still read long after this one has ended. */
    private boolean late;

    private int requests;
    private long idleSince;

    /** Who uses it for a request. */
    interface User {
        /** It may be written to. What is written may not be seen by the endpoint yet. */
        void ready();

        /** The endpoint has accepted it. */
        void opened();

        /** Bytes of the endpoint; takes ownership. */
        void received(ByteBuf data);

        /** The endpoint sends no more. */
        void inputEnded();

        /**
         * It is gone.
         *
         * @param unseen whether the endpoint's application has certainly seen nothing of what was written
         */
        void broken(Refusal refusal, boolean unseen);

        /** It takes more again. */
        void writableAgain();

        /** Whether more is to be read from the endpoint now. */
        boolean takes();
    }

    Upstream(Route.Endpoint endpoint) {
        this.endpoint = endpoint;
    }

    Route.Endpoint endpoint() {
        return endpoint;
    }

    /** Gives it to a request. */
    void use(User next) {
        user = next;
        requests++;
        if (opened) {
            next.ready();
        }
    }

    /** The next request names this host, in lower case and without a port. */
    void names(String host) {
        // inside of the mesh no rule is about it
    }

    /** Whether it has carried a request before. */
    boolean isReused() {
        return requests > 1;
    }

    /** The request is done, and another may follow. */
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

    /** Begins to make the session; its user may hear of it at once. */
    abstract void start();

    /** Whether it may carry another request. */
    abstract boolean lasts();

    /** Why the rules of what is called outside of the mesh do not allow it; null if they do, or it is not outside. */
    abstract @Nullable Refusal egress();

    /** Sends; takes ownership. */
    abstract void write(ByteBuf data);

    abstract void flush();

    /** Whether more should be written now. */
    abstract boolean writable();

    /** Bytes that were written and not taken. */
    abstract long queued();

    /** Whether both directions have ended. */
    abstract boolean isClosed();

    /** Sends no more. */
    abstract void finish();

    /** Reads on, if its user takes more. */
    abstract void resume();

    /** Ends both directions at once. */
    final void abort() {
        if (!over) {
            over = true;
            user = null;
            reset();
        }
    }

    /** Ends in order: it sends no more, and what comes is dropped. */
    final void retire() {
        if (!over) {
            over = true;
            user = null;
            end();
        }
    }

    /** The same, but the other side may take long to read what was written last: it has answered before. */
    final void retireLate() {
        late = true;
        retire();
    }

    /** Resets it in a while, or when it has long taken nothing of what was written last. */
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

    final void wasOpened(boolean readyOnlyNow) {
        opened = true;
        if (user != null && readyOnlyNow) {
            user.ready();
        }
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
        abort(); // an answer to nothing: no request may take it for its own
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
