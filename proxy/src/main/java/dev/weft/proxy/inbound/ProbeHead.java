package dev.weft.proxy.inbound;

import dev.weft.daemon.http.HeadBytes;
import dev.weft.daemon.http.RequestHead;
import dev.weft.proxy.mesh.InboundConfig;
import io.netty.buffer.ByteBuf;
import java.util.List;

/** Collects the bytes of a connection that may be a probe, until it is clear whether it is one. */
final class ProbeHead {
    private final List<InboundConfig.Probe> probes;
    private final HeadBytes head = new HeadBytes();

    ProbeHead(List<InboundConfig.Probe> probes) {
        this.probes = probes;
    }

    /** The result for the bytes that have come so far. */
    sealed interface Verdict {
        /** The request's head has not ended. */
        record Incomplete() implements Verdict {}

        /** The bytes are not a probe. */
        record NoProbe(String why) implements Verdict {}

        /** The request is a probe of an exempt path. */
        record Probe(RequestHead request) implements Verdict {}
    }

    /** Adds data that has arrived, without taking ownership, and judges it. */
    Verdict add(ByteBuf data) {
        if (!head.add(data)) {
            return new Verdict.NoProbe("a head of more than " + RequestHead.MAX_BYTES + " bytes");
        }
        return head.isWhole() ? judge() : new Verdict.Incomplete();
    }

    private Verdict judge() {
        RequestHead request = head.parse().orElse(null);
        if (request == null
                || head.continues()
                || !request.reads()
                || !request.standsAlone()
                || !request.namesOneHost()) {
            return new Verdict.NoProbe("not a single GET or HEAD without a body");
        }
        boolean exempt =
                probes.stream().anyMatch(p -> !p.path().isEmpty() && p.path().equals(request.target()));
        return exempt ? new Verdict.Probe(request) : new Verdict.NoProbe("another path than the probe's");
    }

    /** Whether no bytes have come. */
    boolean isEmpty() {
        return head.isEmpty();
    }

    /** Releases the collected bytes. */
    void forget() {
        head.forget();
    }
}
