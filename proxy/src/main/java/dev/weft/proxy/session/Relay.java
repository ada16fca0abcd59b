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
 * Carries bytes between a session's two ends, each direction on its own: back-pressure, half-close and reset pass through.
 * The near end faces the workload's application, the far end the network.
 */
@SuppressWarnings("ReferenceEquality") // an end is one of two objects, and they are compared as such
public final class Relay implements Holder {
    private static final Logger LOG = LoggerFactory.getLogger(Relay.class);

    private final Session session;
    private final EarlyBytes kept = new EarlyBytes();
    private @Nullable End near;
    private @Nullable End far;
    /** Null where bytes go from one end to the other as they are. */
    private @Nullable Exits exits;

    private boolean established;
    private boolean started;
    private boolean nearEnded;
    private boolean farEnded;
    private boolean over;
    /** What the {@link Holdings} know. */
    private long noted;

    public Relay(Session session) {
        this.session = session;
    }

    /** Bytes that came from either end and that the other has not taken. */
    @Override
    public long held() {
        return over
                ? 0
                : (near == null ? 0 : near.held())
                        + (far == null ? 0 : far.held())
                        + (exits == null ? 0 : exits.held());
    }

    /** Something has come that is not taken yet, or was taken. */
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

    /** An end for the application's connection, to be put last in its pipeline; its reading starts with the relay. */
    public TcpEnd nearTcp() {
        TcpEnd end = new TcpEnd(this);
        near = end;
        return end;
    }

    /** An end for a plain connection to the network. */
    public TcpEnd farTcp() {
        TcpEnd end = new TcpEnd(this);
        far = end;
        return end;
    }

    /** An end for a tunnel's stream; may replace one that failed before it was established. */
    public StreamEnd farStream(Http2Stream stream, FlushBatch batch) {
        StreamEnd end = new StreamEnd(this, stream, batch);
        far = end;
        return end;
    }

    /** Has everything pass through this, in both directions. To be called before the start. */
    public void passThrough(Function<Exits, Passage> passage) {
        exits = new Exits(this, passage);
    }

    /** Forgets a far end that failed, so that another can take its place. */
    public void detach() {
        if (far != null) {
            far.discard();
        }
        far = null;
        started = false;
    }

    /** Both ends are there: lets bytes flow, first those that the application sent before. */
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

    /** With a passage in between, what comes from one end may be answered there. */
    private void flush(End end) {
        if (exits == null) {
            end.flush();
        } else {
            exits.flush();
        }
    }

    /** The far end stands: what was kept for another try is let go. */
    public void established() {
        established = true;
        session.admitted();
        if (started) {
            kept.release();
            if (!over && near != null) {
                near.resume();
            }
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

    /** The session. */
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

    /** Flushes the end opposite to this one. */
    void flushOther(End end) {
        End to = end == near ? far : near;
        if (!over && to != null) {
            flush(to);
            noteHeld();
        }
    }

    /** This end takes more again: lets more arrive at the other. */
    void resumeOther(End end) {
        End to = end == near ? far : near;
        if (!over && to != null) {
            to.resume();
            if (exits != null) {
                end.resume(); // it may have waited for answers of the passage to be taken here
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

    /** One end broke: the other is broken off too. */
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

    /** A TCP end has closed after all was said in both directions. */
    void closedCleanly() {
        if (!over) {
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

    /** Ends before the far end was told anything but a refusal: only the application's end is broken off. */
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

    /** The same for a connection that was made for nothing, if it was made. */
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
