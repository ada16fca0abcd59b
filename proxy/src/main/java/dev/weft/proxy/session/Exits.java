package dev.weft.proxy.session;

import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A relay's side of the {@link Passage} that stands between its two ends: what comes from an end is given to the passage, and
 * what the passage lets out goes to an end. Belongs to the relay's event loop.
 */
public final class Exits {
    private static final Logger LOG = LoggerFactory.getLogger(Exits.class);
    /** After a refusal so many bytes of the network are read and dropped, so that a peer that still sends sees the answer. */
    static final int MOST_DRAINED = 256 * 1024;
    /** After a refusal the network has so long to take the answer and to end. */
    static final Duration LINGER = Duration.ofSeconds(3);

    private final Relay relay;
    private final Passage passage;
    private int inside;
    private boolean inFar;
    private boolean closed;
    private boolean nearFinished;
    private boolean farFinished;
    private boolean farEnded;
    /** The passage answered the network itself, which does not take the answers. */
    private boolean answering;

    private @Nullable Refusal ending;
    private int drained;

    Exits(Relay relay, Function<Exits, Passage> passage) {
        this.relay = relay;
        this.passage = passage.apply(this);
    }

    /** Bytes for the application; takes ownership. */
    public void toNear(ByteBuf data) {
        if (relay.over() || nearFinished) {
            data.release();
        } else {
            relay.near().write(data);
        }
    }

    /** Bytes for the network; takes ownership. */
    public void toFar(ByteBuf data) {
        if (relay.over() || farFinished) {
            data.release();
            return;
        }
        answering |= inFar && !relay.far().writable();
        relay.far().write(data);
    }

    /** The application gets no more. */
    public void finishNear() {
        if (!relay.over() && !nearFinished) {
            nearFinished = true;
            relay.near().finish();
        }
    }

    /** The network gets no more. */
    public void finishFar() {
        if (!relay.over() && !farFinished) {
            farFinished = true;
            relay.far().finish();
        }
    }

    /** Sends what was let out, where that did not happen on account of something that came. */
    public void flush() {
        if (!relay.over()) {
            relay.far().flush();
            if (ending == null) {
                relay.near().flush();
            }
            relay.noteHeld();
        }
    }

    /** The passage is no longer {@linkplain Passage#full() full}. */
    public void resumeFar() {
        if (!relay.over()) {
            relay.far().resume();
        }
    }

    /** The passage is no longer {@linkplain Passage#nearFull() full} of what the near end says. */
    public void resumeNear() {
        if (!relay.over()) {
            relay.near().resume();
        }
    }

    /** Does something of the passage's that nothing which came has brought about, and sends what that lets out. */
    public void act(Runnable action) {
        inside++;
        try {
            action.run();
        } catch (RuntimeException e) {
            failed(e);
        } finally {
            inside--;
            flush();
            if (relay.over()) {
                close();
            }
        }
    }

    /**
     * Breaks the session off: the application's connection is reset at once, the network's ends after what was let out to it. The
     * passage is asked nothing more.
     */
    public void refuse(Refusal why) {
        if (relay.over() || ending != null) {
            return;
        }
        ending = why;
        nearFinished = true;
        relay.near().abort();
        finishFar();
        relay.far().flush();
        var _ = relay.session().loop().schedule(() -> lingered(why), LINGER.toMillis(), TimeUnit.MILLISECONDS);
        if (farEnded) {
            relay.closedCleanly();
        } else {
            relay.far().resume();
        }
    }

    private void lingered(Refusal why) {
        End far = relay.far();
        relay.abort(why);
        far.abort(); // the session may have ended before all was taken
    }

    /** What ended the session, if the passage did. */
    @Nullable
    Refusal refusalOr(@Nullable Refusal other) {
        return ending == null ? other : ending;
    }

    /** Something came; takes ownership. */
    void received(boolean fromNear, ByteBuf data) {
        if (ending != null) {
            drained += fromNear ? 0 : data.readableBytes();
            data.release();
            return;
        }
        inside++;
        inFar = !fromNear;
        try {
            if (fromNear) {
                passage.fromNear(data);
            } else {
                passage.fromFar(data);
            }
        } catch (RuntimeException e) {
            failed(e);
        } finally {
            inFar = false;
            left(fromNear);
        }
    }

    /** An end sends no more. */
    void inputEnded(boolean nearEnd) {
        farEnded |= !nearEnd;
        if (ending != null) {
            if (!nearEnd) {
                relay.closedCleanly();
            }
            return;
        }
        inside++;
        try {
            if (nearEnd) {
                passage.nearEnded();
            } else {
                passage.farEnded();
            }
        } catch (RuntimeException e) {
            failed(e);
        } finally {
            left(nearEnd);
        }
    }

    /** This session ends, and no other: those of the same tunnel do not pay for it. */
    private void failed(RuntimeException cause) {
        LOG.error("A session is broken off, as what reads it failed", cause);
        relay.abort(Refusal.of(Refusal.Code.BROKEN, "the sidecar failed in reading the connection"));
    }

    private void left(boolean fromNear) {
        inside--;
        if (relay.over()) {
            close();
        } else if (fromNear && ending == null) {
            relay.far().resume(); // what the passage waited for may have come
        }
    }

    /** Whether more may be read at an end, as far as the passage is concerned. */
    boolean mayRead(boolean atNear) {
        if (ending != null) {
            return !atNear && drained < MOST_DRAINED;
        }
        if (atNear) {
            return relay.far().writable() && !passage.nearFull();
        }
        boolean taken = !answering || relay.far().writable();
        answering &= !taken;
        return taken && !passage.full() && relay.near().writable();
    }

    int held() {
        return closed ? 0 : passage.held();
    }

    /** The relay has ended; a passage that is being asked something is closed after that. */
    void close() {
        if (inside == 0 && !closed) {
            closed = true;
            try {
                passage.close();
            } catch (RuntimeException e) {
                LOG.error("What was kept of a session was not let go in order", e);
            }
        }
    }
}
