package dev.weft.proxy.http;

import dev.weft.proxy.pieces.HeadMemory;
import java.util.LinkedHashSet;
import java.util.SequencedSet;

/** The streams that the gate has cut off last, and for which the application may still send frames. */
final class Http2CutStreams {
    /** By the time that so many others were cut off, the application has long seen the reset of an earlier one. */
    private static final int MOST = 4096;
    /** Memory of one of them, in octets. */
    private static final int MEMORY = 64;
    /** So few take next to nothing. */
    private static final int FEW = 64;

    private final SequencedSet<Integer> streams = new LinkedHashSet<>();

    void add(int streamId) {
        if (streams.size() >= MOST) {
            streams.removeFirst();
        }
        streams.addLast(streamId);
    }

    boolean contains(int streamId) {
        return !streams.isEmpty() && streams.contains(streamId);
    }

    /** Forgets a stream: no more frames of it will come. */
    void remove(int streamId) {
        streams.remove(streamId);
    }

    /** What they count among the bytes that are held. */
    int held() {
        return HeadMemory.of(MEMORY * Math.max(0, streams.size() - FEW));
    }
}
