package dev.weft.proxy.http2.flood;

import dev.weft.proxy.http2.frame.ErrorCode;
import dev.weft.proxy.http2.frame.Http2Violation;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Ends the connection of a peer that causes work without carrying data. An honest peer stays far below the limits. */
public final class FloodGuard {
    private static final int IDLE_FRAMES_BURST = 1000;
    private static final int IDLE_FRAMES_PER_SECOND = 200;
    /** A peer may answer data with small frames: one for this many octets, and a few more for each frame and stream. */
    private static final int OCTETS_PER_FRAME = 512;

    private static final int FRAMES_PER_FRAME = 2;
    private static final int FRAMES_PER_STREAM = 8;
    private static final long MOST_EARNED = 65_536L * OCTETS_PER_FRAME;
    /**
     * Most octets that wait for a peer to read. DATA stops at the channel's water mark, so the rest are heads and
     * control frames.
     */
    public static final int MOST_UNREAD = 4 << 20;

    private static final int RESETS_BURST = 1000;
    private static final int RESETS_PER_SECOND = 200;
    /**
     * Streams that many honest users of one connection may break off together: size of the burst, and rate a second.
     */
    private static final int RESETS_OF_MANY_BURST = 40_000;

    private static final int RESETS_OF_MANY_PER_SECOND = 20_000;

    private final TokenBucket idleFrames;
    private final LongSupplier nanoTime;
    private TokenBucket resets;
    private int resetsPerSecond = RESETS_PER_SECOND;
    private final Consumer<Limit> hits;
    private long earned;

    /**
     * Makes a guard that has seen no frames.
     *
     * @param hits receives each limit that is hit
     */
    public FloodGuard(LongSupplier nanoTime, Consumer<Limit> hits) {
        this.nanoTime = nanoTime;
        this.idleFrames = new TokenBucket(IDLE_FRAMES_BURST, IDLE_FRAMES_PER_SECOND, nanoTime);
        this.resets = new TokenBucket(RESETS_BURST, RESETS_PER_SECOND, nanoTime);
        this.hits = hits;
    }

    /**
     * The peer's streams belong to many users: one user who breaks off many streams must not end the connection for the
     * others.
     */
    public void ofManyUsers() {
        resetsPerSecond = RESETS_OF_MANY_PER_SECOND;
        resets = new TokenBucket(RESETS_OF_MANY_BURST, RESETS_OF_MANY_PER_SECOND, nanoTime);
    }

    /** Counts a frame that asks for work and carries no data. */
    public void idleFrame() throws Http2Violation {
        if (!idleFrames.take()) {
            throw calm(Limit.IDLE_FRAMES, "more than " + IDLE_FRAMES_PER_SECOND + " idle frames a second");
        }
    }

    /** Counts a DATA frame that this side has sent. */
    public void sent(int octets) {
        earned += octets + FRAMES_PER_FRAME * OCTETS_PER_FRAME;
    }

    /** Counts a stream that either side has opened. */
    public void opened() {
        earned += FRAMES_PER_STREAM * OCTETS_PER_FRAME;
    }

    /**
     * Counts a frame that answers something: credit for data, or the end of a stream. If there is nothing to answer,
     * the frame counts as idle.
     */
    public void answer() throws Http2Violation {
        if (earned < OCTETS_PER_FRAME) {
            idleFrame();
        } else {
            earned = Math.min(earned, MOST_EARNED) - OCTETS_PER_FRAME;
        }
    }

    /** Counts a stream that was broken off before it was answered, or because of the peer's own violation. */
    public void reset() throws Http2Violation {
        if (!resets.take()) {
            throw calm(Limit.RAPID_RESETS, "more than " + resetsPerSecond + " streams broken off a second");
        }
    }

    /** Tells of a limit that is checked elsewhere, and was hit. */
    public void hit(Limit limit) {
        hits.accept(limit);
    }

    /** Counts a head that is too large: it is answered, but no more often than streams may be broken off. */
    public void headTooLarge() throws Http2Violation {
        hits.accept(Limit.HEADERS_SIZE);
        reset();
    }

    /** Returns the violation of a stream beyond the limit on concurrent streams, to be thrown. */
    public Http2Violation tooManyStreams(int streamId, int allowed) {
        hits.accept(Limit.CONCURRENT_STREAMS);
        return Http2Violation.stream(
                streamId, ErrorCode.REFUSED_STREAM, "more than " + allowed + " streams (section 5.1.2)");
    }

    /** Returns the violation of a peer that leaves more than {@link #MOST_UNREAD} octets unread. */
    public Http2Violation unread() {
        return calm(Limit.UNREAD, "more than " + MOST_UNREAD + " octets that the peer does not read");
    }

    /** Returns the violation of a peer whose SETTINGS did not come in time. */
    public Http2Violation settingsTimeout() {
        hits.accept(Limit.SETTINGS_TIMEOUT);
        return Http2Violation.connection(ErrorCode.SETTINGS_TIMEOUT, "no SETTINGS in time (section 3.4)");
    }

    private Http2Violation calm(Limit limit, String what) {
        hits.accept(limit);
        return Http2Violation.connection(ErrorCode.ENHANCE_YOUR_CALM, what + " (section 10.5)");
    }
}
