package dev.weft.proxy.session;

import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.proxy.http2.Http2Stream;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelOption;
import io.netty.util.concurrent.Future;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries bytes between a session's two ends. Each direction is independent: back-pressure, half-close and reset pass
 * through. The near end faces the workload's application, the far end the network.
 */
@SuppressWarnings("ReferenceEquality") // ends are compared as objects
public final class Relay implements Holder {
    private static final Logger LOG = LoggerFactory.getLogger(Relay.class);

    private final Session session;
    private final EarlyBytes kept = new EarlyBytes();
    private @Nullable End near;
    private @Nullable End far;
    /** Null if bytes pass between the ends unchanged. */
    private @Nullable Exits exits;

    private boolean established;
    private boolean started;
    private boolean nearEnded;
    private boolean farEnded;
    private boolean over;
    /** The end that still sends its last bytes after the other one has closed. */
    private @Nullable End last;
    /** The bytes that {@link Holdings} has counted. */
    private long noted;

    public Relay(Session session) {
        this.session = session;
    }

    /** Returns how many bytes from either end the other end has not taken. */
    @Override
    public long held() {
        return over
                ? 0
                : (near == null ? 0 : near.held())
                        + (far == null ? 0 : far.held())
                        + (exits == null ? 0 : exits.held());
    }

    /** Called when the amount of held data may have changed. */
    void noteHeld() {
        session.noteHeld(this);
    }

    @Override
    public long noted() {
        return noted;
    }

    @Override
    public void setNoted(long held) {
        noted = held;
    }

    /**
     * Creates the end for the application's connection. It must be the last handler in the pipeline; its reading starts
     * with the relay.
     */
    public TcpEnd nearTcp() {
        TcpEnd end = new TcpEnd(this);
        near = end;
        return end;
    }

    /** Creates the end for a plain connection to the network. */
    public TcpEnd farTcp() {
        TcpEnd end = new TcpEnd(this);
        far = end;
        return end;
    }

    /** Creates the end for a tunnel's stream; it may replace an end that failed before it was established. */
    public StreamEnd farStream(Http2Stream stream, FlushBatch batch) {
        StreamEnd end = new StreamEnd(this, stream, batch);
        far = end;
        return end;
    }

    /** Sends all data through this passage, in both directions. Must be called before the start. */
    public void passThrough(Function<Exits, RelayFilter> passage) {
        exits = new Exits(this, passage);
    }

    /** Drops a far end that failed, so that another can take its place. */
    public void detach() {
        if (far != null) {
            far.discard();
        }
        far = null;
        started = false;
    }

    /** Called when the caller's sidecar asks that the session end in order. Bytes that nobody reads continue. */
    public void leave() {
        if (exits != null) {
            exits.leave();
        }
    }

    /** Starts the relay when both ends exist. Bytes that the application sent before go first. */
    public void start() {
        End from = near();
        End to = far();
        started = true;
        kept.repeat(data -> pass(from, to, data));
        flush(to);
        if (nearEnded) {
            passEnd(from, to);
        }
        kept.drainEarly(data -> pass(to, from, data));
        flush(from);
        if (farEnded) {
            passEnd(to, from);
        }
        if (established) {
            kept.release();
        }
        from.resume();
        to.resume();
        drainIfLate();
    }

    /** The sidecar may have begun to stop while the far or the near end was not connected yet. */
    private void drainIfLate() {
        if (started && established && !over && session.draining()) {
            session.owner.drain();
        }
    }

    private void pass(End from, End to, ByteBuf data) {
        if (exits == null) {
            to.write(data);
        } else {
            exits.received(from == near, data);
        }
    }

    private void passEnd(End from, End to) {
        if (exits == null) {
            to.finish();
        } else {
            exits.inputEnded(from == near);
        }
    }

    /** Flushes an end. With a passage, both ends are flushed: it may answer an end itself. */
    private void flush(End end) {
        if (exits == null) {
            end.flush();
        } else {
            exits.flush();
        }
    }

    /** Called when the far end is established: bytes kept for another endpoint are released. */
    public void established() {
        established = true;
        session.admitted();
        if (started) {
            kept.release();
            if (!over && near != null) {
                near.resume();
            }
            drainIfLate();
        }
    }

    /** Whether the application has sent nothing yet. */
    public boolean nothingSent() {
        return !kept.any() && !established;
    }

    @Override
    public @Nullable SpiffeId peer() {
        return session.peerIdentity();
    }

    /** Returns the session of this relay. */
    public Session session() {
        return session;
    }

    /** Whether both directions have ended, or the relay was broken off. */
    public boolean over() {
        return over;
    }

    End near() {
        return Objects.requireNonNull(near, "near");
    }

    End far() {
        return Objects.requireNonNull(far, "far");
    }

    End other(End end) {
        return Objects.requireNonNull(end == near ? far : near, "other end");
    }

    /** Whether more may be read at this end. */
    boolean mayRead(End end) {
        if (over) {
            return false;
        }
        if (exits != null) {
            return started && exits.mayRead(end == near);
        }
        End to = end == near ? far : near;
        return to != null && started && to.writable() && (end != near || established || !kept.isFull());
    }

    void flushOther(End end) {
        End to = end == near ? far : near;
        if (!over && to != null) {
            flush(to);
            noteHeld();
        }
    }

    /** Called when this end takes more again: lets more arrive at the other end. */
    void resumeOther(End end) {
        End to = end == near ? far : near;
        if (!over && to != null) {
            if (exits != null && end == near) {
                exits.takesAgain();
            }
            to.resume();
            if (exits != null) {
                end.resume(); // it may have waited until the passage's answers were taken here
            }
        }
    }

    void received(End from, ByteBuf data) {
        if (over) {
            data.release();
            return;
        }
        int bytes = data.readableBytes();
        if (from != near) {
            session.countIn(bytes);
            if (started) {
                pass(from, near(), data);
            } else {
                kept.early(data);
            }
            return;
        }
        session.countOut(bytes);
        if (!established) {
            kept.said(data);
        }
        if (far != null && started) {
            pass(from, far, data);
        } else {
            data.release();
        }
    }

    void inputEnded(End from) {
        if (from == near) {
            nearEnded = true;
        } else {
            farEnded = true;
        }
        End to = from == near ? far : near;
        if (to != null && started && !over) {
            passEnd(from, to);
        }
    }

    /** Called when one end broke: the other end is broken off, too. */
    void broken(End end, Refusal refusal) {
        if (over) {
            return;
        }
        End other = end == near ? far : near;
        over(refusal);
        if (other != null) {
            other.abort();
        }
    }

    /**
     * Called when an end has closed after both its directions ended. The session ends with it, but not before the other
     * end has sent its last bytes, if it was given any last bytes.
     */
    void closedCleanly(End end) {
        End other = end == near ? far : near;
        if (other != null && other.finishing()) {
            last = other;
        } else if (!over) {
            over(null);
        }
    }

    /** Called when an end has sent its last bytes. */
    void finished(End end) {
        if (end == last && !over) {
            over(null);
        }
    }

    /** Breaks off both ends. */
    @Override
    public void abort(Refusal refusal) {
        if (over) {
            return;
        }
        over(refusal);
        if (near != null) {
            near.abort();
        }
        if (far != null) {
            far.abort();
        }
    }

    /**
     * Ends the session before the far end has received anything but a refusal: only the application's end is broken
     * off.
     */
    public void refuse(Refusal refusal) {
        if (!over) {
            over(refusal);
            if (near != null) {
                near.abort();
            }
            if (far != null) {
                far.discard();
            }
        }
    }

    private void over(@Nullable Refusal refusal) {
        over = true;
        kept.release();
        noteHeld();
        if (exits == null) {
            session.end(refusal);
        } else {
            exits.close();
            session.end(exits.refusalOr(refusal));
        }
    }

    /** Resets a connection that is no longer needed, if it was made. */
    public static void reset(Future<Channel> connected) {
        if (connected.isSuccess()) {
            reset(connected.getNow());
        }
    }

    /** Closes a channel so that its peer sees a reset. */
    public static void reset(Channel channel) {
        if (channel.isOpen()) {
            try {
                channel.config().setOption(ChannelOption.SO_LINGER, 0);
            } catch (ChannelException e) {
                LOG.trace("Nothing is left to reset", e);
            }
            var _ = channel.close();
        }
    }
}
