package dev.weft.proxy.session;

import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connects a relay's two ends with the {@link RelayFilter} between them: passes data from the ends to the passage, and
 * data that the passage lets out to the ends. Belongs to the relay's event loop.
 */
public final class Exits {
    private static final Logger LOG = LoggerFactory.getLogger(Exits.class);
    /**
     * After a refusal, the most bytes from the network that are read and dropped, so that a peer that still sends gets
     * the answer.
     */
    static final int MOST_DRAINED = 256 * 1024;
    /** After a refusal, how long the network has to take the answer and to end. */
    static final Duration LINGER = Duration.ofSeconds(3);

    /** The most bytes that are written to the application before the relay notes what it holds. */
    private static final int MOST_UNNOTED = 64 * 1024;

    private final Relay relay;
    private final RelayFilter passage;
    private int inside;
    /** Bytes written to the application since the relay last noted what it holds. */
    private int unnoted;

    private boolean inFar;
    private boolean closed;
    private boolean leaves;
    private boolean nearFinished;
    private boolean farFinished;
    private boolean farEnded;
    /** Whether the passage answered the network itself, and the network does not take the answers. */
    private boolean answering;

    private @Nullable Refusal ending;
    private int drained;

    Exits(Relay relay, Function<Exits, RelayFilter> passage) {
        this.relay = relay;
        this.passage = passage.apply(this);
    }

    /** Sends bytes to the application; takes ownership. */
    public void toNear(ByteBuf data) {
        if (relay.over() || nearFinished) {
            data.release();
            return;
        }
        unnoted += data.readableBytes();
        relay.near().write(data);
        if (unnoted >= MOST_UNNOTED) { // a passage can write much more than it reads
            unnoted = 0;
            relay.noteHeld();
        }
    }

    /** Whether the application's connection takes more bytes without a long queue. */
    public boolean nearTakes() {
        return relay.over() || relay.near().writable();
    }

    /** Called when the application's connection takes more bytes again. */
    void takesAgain() {
        if (ending == null && !closed) {
            act(passage::nearTakes);
        }
    }

    /** Sends bytes to the network; takes ownership. */
    public void toFar(ByteBuf data) {
        if (relay.over() || farFinished) {
            data.release();
            return;
        }
        answering |= inFar && !relay.far().writable();
        relay.far().write(data);
    }

    /** Called when the caller's sidecar would carry a new connection in a better way. */
    void leave() {
        leaves = true;
    }

    /** Whether the session should end in order, if the passage knows where: the caller's sidecar asks for it. */
    public boolean leaves() {
        return leaves;
    }

    /** Ends the direction to the application. */
    public void finishNear() {
        if (!relay.over() && !nearFinished) {
            nearFinished = true;
            relay.near().finish();
        }
    }

    /** Ends the direction to the network. */
    public void finishFar() {
        if (!relay.over() && !farFinished) {
            farFinished = true;
            relay.far().finish();
        }
    }

    /** Sends the data that the passage let out for another reason than data that came in. */
    public void flush() {
        unnoted = 0;
        if (!relay.over()) {
            relay.far().flush();
            if (ending == null) {
                relay.near().flush();
            }
            relay.noteHeld();
        }
    }

    /** Called when the passage is no longer {@linkplain RelayFilter#full() full}. */
    public void resumeFar() {
        if (!relay.over()) {
            relay.far().resume();
        }
    }

    /** Called when the passage is no longer {@linkplain RelayFilter#nearFull() full} of data from the near end. */
    public void resumeNear() {
        if (!relay.over()) {
            relay.near().resume();
        }
    }

    /** Runs an action of the passage that no incoming data caused, and sends the data that it lets out. */
    public void act(Runnable action) {
        inside++;
        try {
            action.run();
        } catch (RuntimeException | OutOfMemoryError e) { // Netty throws such an error for lack of buffers
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
     * Breaks off the session. The application's connection is reset at once; the network's ends after the data that was
     * let out to it. The passage is not called again, except to close it.
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
            relay.closedCleanly(relay.near());
        } else {
            relay.far().resume();
        }
    }

    private void lingered(Refusal why) {
        End far = relay.far();
        relay.abort(why);
        far.abort(); // the session may have ended before the network took everything
    }

    /** Returns the refusal by which the passage ended the session, otherwise the given one. */
    @Nullable
    Refusal refusalOr(@Nullable Refusal other) {
        return ending == null ? other : ending;
    }

    /** Passes data from an end to the passage; takes ownership. */
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
        } catch (RuntimeException | OutOfMemoryError e) { // Netty throws such an error for lack of buffers
            failed(e);
        } finally {
            inFar = false;
            left(fromNear);
        }
    }

    /** Called when an end sends no more. */
    void inputEnded(boolean nearEnd) {
        farEnded |= !nearEnd;
        if (ending != null) {
            if (!nearEnd) {
                relay.closedCleanly(relay.near());
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
        } catch (RuntimeException | OutOfMemoryError e) {
            failed(e);
        } finally {
            left(nearEnd);
        }
    }

    /** Called after the passage has taken what an end sent. */
    private void left(boolean fromNear) {
        inside--;
        if (relay.over()) {
            close();
        } else if (fromNear && ending == null) {
            relay.far().resume(); // the passage may have got the data that it waited for
        }
    }

    /** Ends this session only: other sessions of the same tunnel must not suffer from its failure. */
    private void failed(Throwable cause) {
        LOG.error("A session ends, because its handler failed", cause);
        relay.abort(Refusal.of(Refusal.Code.BROKEN, "the sidecar failed in reading the connection"));
    }

    /** Whether the passage allows reading more at an end. */
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

    /**
     * Closes the passage after the relay has ended. If the passage is running at the moment, it is closed afterwards.
     */
    void close() {
        if (inside == 0 && !closed) {
            closed = true;
            try {
                passage.close();
            } catch (RuntimeException e) {
                LOG.error("Data of a session was not released correctly", e);
            }
        }
    }
}
