package dev.weft.proxy.inbound;

import dev.weft.daemon.http.HeadBytes;
import dev.weft.daemon.http.RequestHead;
import dev.weft.proxy.mesh.InboundConfig;
import io.netty.buffer.ByteBuf;
import java.util.List;

/** What a peer says on a connection that may be a probe, until it is clear whether it is one. */
final class ProbeHead {
    private final List<InboundConfig.Probe> probes;
    private final HeadBytes head = new HeadBytes();

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
        if (!head.add(data)) {
            return new Verdict.NoProbe("a head of more than " + RequestHead.MAX_BYTES + " bytes");
        }
        return head.isWhole() ? judge() : new Verdict.Incomplete();
    }

    private Verdict judge() {
        RequestHead request = head.parse().orElse(null);
        if (request == null || head.goesOn() || !request.reads() || !request.standsAlone() || !request.namesOneHost()) {
            return new Verdict.NoProbe("not a single GET or HEAD without a body");
        }
        boolean exempt =
                probes.stream().anyMatch(p -> !p.path().isEmpty() && p.path().equals(request.target()));
        return exempt ? new Verdict.Probe(request) : new Verdict.NoProbe("another path than the probe's");
    }

    /** Whether nothing has been said. */
    boolean isEmpty() {
        return head.isEmpty();
    }

    /** Lets go of what was said. */
    void forget() {
        head.forget();
    }
}
