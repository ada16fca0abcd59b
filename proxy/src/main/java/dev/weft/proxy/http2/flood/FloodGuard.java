package dev.weft.proxy.http2.flood;

import dev.weft.proxy.http2.frame.ErrorCode;
import dev.weft.proxy.http2.frame.Http2Violation;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Ends the connection of a peer that makes work and carries nothing. An honest peer comes nowhere near. */
public final class FloodGuard {
    private static final int IDLE_FRAMES_BURST = 1000;
    private static final int IDLE_FRAMES_PER_SECOND = 200;
    /** What a peer is sent, it may answer with small frames: one for so many octets, a few more for each frame and stream. */
    private static final int OCTETS_PER_FRAME = 512;

    private static final int FRAMES_PER_FRAME = 2;
    private static final int FRAMES_PER_STREAM = 8;
    private static final long MOST_EARNED = 65_536L * OCTETS_PER_FRAME;
    /** Octets that wait for a peer to read. DATA stops at the channel's water mark: the rest are heads and control frames. */
    public static final int MOST_UNREAD = 4 << 20;

    private static final int RESETS_BURST = 1000;
    private static final int RESETS_PER_SECOND = 200;
    /** What many users of one connection break off, each of them honest, at once and a second. */
    private static final int RESETS_OF_MANY_BURST = 40_000;

    private static final int RESETS_OF_MANY_PER_SECOND = 20_000;

    private final TokenBucket idleFrames;
    private final LongSupplier nanoTime;
    private TokenBucket resets;
    private int resetsPerSecond = RESETS_PER_SECOND;
    private final Consumer<Limit> hits;
    private long earned;

    /**
     * A guard that has seen nothing.
     *
     * @param hits is told which limit was hit
     */
    public FloodGuard(LongSupplier nanoTime, Consumer<Limit> hits) {
        this.nanoTime = nanoTime;
        this.idleFrames = new TokenBucket(IDLE_FRAMES_BURST, IDLE_FRAMES_PER_SECOND, nanoTime);
        this.resets = new TokenBucket(RESETS_BURST, RESETS_PER_SECOND, nanoTime);
        this.hits = hits;
    }

    /** The peer's streams are those of many users: that one of them breaks much off must not end it for the others. */
    public void ofManyUsers() {
        resetsPerSecond = RESETS_OF_MANY_PER_SECOND;
        resets = new TokenBucket(RESETS_OF_MANY_BURST, RESETS_OF_MANY_PER_SECOND, nanoTime);
    }

    /** A frame that asks for work and carries no data. */
    public void idleFrame() throws Http2Violation {
        if (!idleFrames.take()) {
            throw calm(Limit.IDLE_FRAMES, "more than " + IDLE_FRAMES_PER_SECOND + " idle frames a second");
        }
    }

    /** A DATA frame went out. */
    public void sent(int octets) {
        earned += octets + FRAMES_PER_FRAME * OCTETS_PER_FRAME;
    }

    /** A stream was opened, by whichever side. */
    public void opened() {
        earned += FRAMES_PER_STREAM * OCTETS_PER_FRAME;
    }

    /** A frame that answers to something: credit for data, the end of a stream. Without anything to answer to it is idle. */
    public void answer() throws Http2Violation {
        if (earned < OCTETS_PER_FRAME) {
            idleFrame();
        } else {
            earned = Math.min(earned, MOST_EARNED) - OCTETS_PER_FRAME;
        }
    }

    /** A stream that was broken off before it was answered, or by the peer's own violation. */
    public void reset() throws Http2Violation {
        if (!resets.take()) {
            throw calm(Limit.RAPID_RESETS, "more than " + resetsPerSecond + " streams broken off a second");
        }
    }

    /** A header block out of bounds; to be thrown. */
    public Http2Violation headers(int octets, int fragments) {
        return calm(Limit.HEADERS_SIZE, "header block of " + octets + " octets or more in " + fragments + " fragments");
    }

    /** A stream beyond those allowed at a time; to be thrown. */
    public Http2Violation tooManyStreams(int streamId, int allowed) {
        hits.accept(Limit.CONCURRENT_STREAMS);
        return Http2Violation.stream(
                streamId, ErrorCode.REFUSED_STREAM, "more than " + allowed + " streams (section 5.1.2)");
    }

    /** More than {@link #MOST_UNREAD} octets wait for the peer to read. */
    public Http2Violation unread() {
        return calm(Limit.UNREAD, "more than " + MOST_UNREAD + " octets that the peer does not read");
    }

    /** SETTINGS that never came. */
    public Http2Violation settingsTimeout() {
        hits.accept(Limit.SETTINGS_TIMEOUT);
        return Http2Violation.connection(ErrorCode.SETTINGS_TIMEOUT, "no SETTINGS in time (section 3.4)");
    }

    private Http2Violation calm(Limit limit, String what) {
        hits.accept(limit);
        return Http2Violation.connection(ErrorCode.ENHANCE_YOUR_CALM, what + " (section 10.5)");
    }
}
