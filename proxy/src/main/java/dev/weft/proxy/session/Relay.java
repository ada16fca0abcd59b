package dev.weft.proxy.session;

import dev.weft.proxy.http2.Http2Stream;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelOption;
import io.netty.util.concurrent.Future;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries bytes between a session's two ends, each direction on its own: back-pressure, half-close and reset pass through.
 * The near end faces the workload's application, the far end the network.
 */
@SuppressWarnings("ReferenceEquality") // an end is one of two objects, and they are compared as such
public final class Relay {
    private static final Logger LOG = LoggerFactory.getLogger(Relay.class);

    /**
     * Bytes of the application that are kept until the far end is known to stand, so that another endpoint can be tried
     * with them; no more are read before that.
     */
    static final int MAX_KEPT = 64 * 1024;

    private final Session session;
    private final Holdings holdings;
    private final Queue<ByteBuf> kept = new ArrayDeque<>();
    private final Queue<ByteBuf> early = new ArrayDeque<>();
    private @Nullable End near;
    private @Nullable End far;
    private int keptBytes;
    private boolean established;
    private boolean started;
    private boolean nearEnded;
    private boolean farEnded;
    private boolean over;
    /** What the {@link Holdings} know. */
    private long noted;

    public Relay(Session session) {
        this.session = session;
        this.holdings = session.holdings();
    }

    /** Bytes that came from either end and that the other has not taken. */
    long held() {
        return over ? 0 : (near == null ? 0 : near.held()) + (far == null ? 0 : far.held());
    }

    /** Something has come that is not taken yet, or was taken. */
    void noteHeld() {
        long held = held();
        if (held != noted) {
            holdings.note(this, held);
        }
    }

    long noted() {
        return noted;
    }

    void setNoted(long held) {
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
        End from = Objects.requireNonNull(near, "near");
        End to = Objects.requireNonNull(far, "far");
        started = true;
        for (ByteBuf data : kept) {
            to.write(data.retainedDuplicate());
        }
        to.flush();
        if (nearEnded) {
            to.finish();
        }
        for (ByteBuf data = early.poll(); data != null; data = early.poll()) {
            from.write(data);
        }
        from.flush();
        if (farEnded) {
            from.finish();
        }
        if (established) {
            release();
        }
        from.resume();
        to.resume();
    }

    /** The far end stands: what was kept for another try is let go. */
    public void established() {
        established = true;
        session.admitted();
        if (started) {
            release();
            if (!over && near != null) {
                near.resume();
            }
        }
    }

    /** Whether the application has sent nothing yet. */
    public boolean nothingSent() {
        return keptBytes == 0 && !established;
    }

    /** The session. */
    public Session session() {
        return session;
    }

    /** Whether both directions have ended, or the relay was broken off. */
    public boolean over() {
        return over;
    }

    End other(End end) {
        return Objects.requireNonNull(end == near ? far : near, "other end");
    }

    /** Whether more may be read at this end. */
    boolean mayRead(End end) {
        if (over) {
            return false;
        }
        End to = end == near ? far : near;
        return to != null && started && to.writable() && (end != near || established || keptBytes < MAX_KEPT);
    }

    /** Flushes the end opposite to this one. */
    void flushOther(End end) {
        End to = end == near ? far : near;
        if (!over && to != null) {
            to.flush();
            noteHeld();
        }
    }

    /** This end takes more again: lets more arrive at the other. */
    void resumeOther(End end) {
        End to = end == near ? far : near;
        if (!over && to != null) {
            to.resume();
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
                Objects.requireNonNull(near, "near").write(data);
            } else {
                early.add(data); // what a hang-up brings along although reading is off: one read at most
            }
            return;
        }
        session.countOut(bytes);
        if (!established) {
            kept.add(data.retainedDuplicate());
            keptBytes += bytes;
        }
        if (far == null) {
            data.release();
        } else if (started) {
            far.write(data);
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
            to.finish();
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
        release();
        noteHeld();
        session.end(refusal);
    }

    private void release() {
        for (ByteBuf data = kept.poll(); data != null; data = kept.poll()) {
            data.release();
        }
        for (ByteBuf data = early.poll(); data != null; data = early.poll()) {
            data.release();
        }
        // keptBytes stays: it says that something was sent
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
