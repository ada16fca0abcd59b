package dev.weft.proxy.inbound;

import dev.weft.daemon.http.HeadBytes;
import dev.weft.daemon.http.RequestHead;
import dev.weft.proxy.http.Protocol;
import dev.weft.proxy.http.VersionDetector;
import dev.weft.proxy.mesh.ExemptProbe;
import io.netty.buffer.ByteBuf;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects the bytes of a connection that may be a probe, until it is clear whether it is one. */
final class ProbeHead {
    private final List<ExemptProbe> probes;
    private final HeadBytes head = new HeadBytes();
    /** Looks for HTTP/2 first, where a gRPC probe is exempt; null otherwise, and when it is clear. */
    private @Nullable VersionDetector opening;

    ProbeHead(List<ExemptProbe> probes) {
        this.probes = probes;
        this.opening = probes.stream().anyMatch(ExemptProbe.Grpc.class::isInstance) ? new VersionDetector() : null;
    }

    /** The result for the bytes that have come so far. */
    sealed interface Verdict {
        /** The request's head has not ended. */
        record Incomplete() implements Verdict {}

        /** The bytes are not a probe. */
        record NoProbe(String why) implements Verdict {}

        /** The request is a probe of an exempt path. */
        record Probe(RequestHead request) implements Verdict {}

        /** The bytes, which the receiver owns, begin HTTP/2 where a gRPC probe is exempt: each request must be judged. */
        record Http2(ByteBuf begun) implements Verdict {}
    }

    /** Adds data that has arrived, without taking ownership, and judges it. */
    Verdict add(ByteBuf data) {
        if (opening == null) {
            return http1(data);
        }
        Protocol protocol = opening.caller(data.retainedDuplicate());
        if (protocol == null) {
            return new Verdict.Incomplete();
        }
        ByteBuf begun = opening.ofCaller();
        opening = null;
        if (protocol == Protocol.HTTP2) {
            return new Verdict.Http2(begun);
        }
        try {
            return http1(begun);
        } finally {
            begun.release();
        }
    }

    private Verdict http1(ByteBuf data) {
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
        boolean exempt = probes.stream()
                .anyMatch(probe ->
                        probe instanceof ExemptProbe.Http(int _, String path) && path.equals(request.target()));
        return exempt ? new Verdict.Probe(request) : new Verdict.NoProbe("another path than the probe's");
    }

    /** Whether no bytes have come. */
    boolean isEmpty() {
        return head.isEmpty() && (opening == null || opening.nothingOfCaller());
    }

    /** Releases the collected bytes. */
    void forget() {
        head.forget();
        if (opening != null) {
            opening.close();
        }
    }
}
