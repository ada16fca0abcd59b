package dev.weft.proxy.inbound;

import dev.weft.proxy.http.DroppedOutput;
import dev.weft.proxy.http.GateRefusal;
import dev.weft.proxy.http.HttpGate;
import dev.weft.proxy.http.Protocol;
import dev.weft.proxy.inbound.ProbeWatch.Seen;
import dev.weft.proxy.mesh.ExemptProbe;
import io.netty.buffer.ByteBuf;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads along on a connection of HTTP/2 that is carried as it is, to see whether it is a gRPC probe. */
final class GrpcWatch implements DroppedOutput {
    private static final Logger LOG = LoggerFactory.getLogger(GrpcWatch.class);

    private final GrpcProbe judge = new GrpcProbe(_ -> other());
    private final HttpGate gate = Protocol.HTTP2.gate(judge, this);
    private int left = ExemptProbe.Grpc.MOST_OCTETS;
    private boolean other;

    /** Adds data of the peer; takes ownership. */
    Seen add(ByteBuf data) {
        left -= data.readableBytes();
        if (left < 0) {
            data.release();
            return Seen.OTHER;
        }
        try {
            gate.request(data);
        } catch (RuntimeException e) {
            LOG.warn("A connection is not recorded as a probe, because the observer failed", e);
            other = true;
        }
        if (other) {
            return Seen.OTHER;
        }
        return judge.asked() ? Seen.PROBE : Seen.PART;
    }

    private void other() {
        other = true;
    }

    @Override
    public void refuse(GateRefusal why) {
        other = true;
    }

    /** Releases what is kept. */
    void close() {
        gate.close();
    }
}
