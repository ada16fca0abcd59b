package dev.weft.proxy.inbound;

import dev.weft.daemon.http.RequestHead;
import dev.weft.proxy.mesh.InboundConfig;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.List;

/** What a peer says on a connection that may be a probe, until it is clear whether it is one. */
final class ProbeHead {
    private static final byte[] NOTHING = {};

    private final List<InboundConfig.Probe> probes;
    private byte[] bytes = NOTHING; // as much as has come: most connections here never say a word
    private int count;

    ProbeHead(List<InboundConfig.Probe> probes) {
        this.probes = probes;
    }

    /** What was said so far. */
    sealed interface Verdict {
        /** The head has not ended. */
        record Incomplete() implements Verdict {}

        /** Something else than a probe. */
        record NoProbe(String why) implements Verdict {}

        /** A probe of an exempt path. */
        record Probe(RequestHead request) implements Verdict {}
    }

    /** Adds what has arrived, without taking ownership, and judges. */
    Verdict add(ByteBuf data) {
        int added = data.readableBytes();
        if (added > RequestHead.MAX_BYTES - count) {
            return new Verdict.NoProbe("a head of more than " + RequestHead.MAX_BYTES + " bytes");
        }
        if (added > bytes.length - count) {
            bytes = Arrays.copyOf(bytes, Math.min(RequestHead.MAX_BYTES, 2 * (count + added)));
        }
        data.readBytes(bytes, count, added);
        count += added;
        int length = RequestHead.length(bytes, count);
        return length < 0 ? new Verdict.Incomplete() : judge(length);
    }

    private Verdict judge(int length) {
        RequestHead request = RequestHead.parse(bytes, length).orElse(null);
        if (request == null
                || length != count
                || !request.reads()
                || !request.standsAlone()
                || !request.namesOneHost()) {
            return new Verdict.NoProbe("not a single GET or HEAD without a body");
        }
        boolean exempt =
                probes.stream().anyMatch(p -> !p.path().isEmpty() && p.path().equals(request.target()));
        return exempt ? new Verdict.Probe(request) : new Verdict.NoProbe("another path than the probe's");
    }

    /** Whether nothing has been said. */
    boolean isEmpty() {
        return count == 0;
    }

    /** Lets go of what was said. */
    void forget() {
        bytes = NOTHING;
    }
}
