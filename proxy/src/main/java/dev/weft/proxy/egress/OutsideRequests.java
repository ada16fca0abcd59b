package dev.weft.proxy.egress;

import dev.weft.policy.request.HttpRequest;
import dev.weft.proxy.http.GateOutput;
import dev.weft.proxy.http.GateRefusal;
import dev.weft.proxy.http.HttpGate;
import dev.weft.proxy.http.Protocol;
import dev.weft.proxy.observe.RequestRecorder;
import dev.weft.proxy.session.Exits;
import dev.weft.proxy.session.Refusal;
import dev.weft.proxy.session.RelayFilter;
import dev.weft.proxy.session.Session;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Carries an HTTP/1.1 connection out of the mesh and judges the host of each request, because each request of a kept
 * connection may name another host. The first request that is not allowed, or that can be read in more than one way,
 * breaks off the connection. Belongs to the connection's event loop.
 */
public final class OutsideRequests implements RelayFilter, GateOutput {
    private final Session session;
    private final Exits exits;
    private final OutsideCall call;
    private final int port;
    private final HttpGate gate;

    /**
     * Creates a carrier that has not read anything yet.
     *
     * @param port port that the application calls
     * @param recorder sums up the requests
     */
    public OutsideRequests(Session session, Exits exits, OutsideCall call, int port, RequestRecorder recorder) {
        this.port = port;
        this.session = session;
        this.exits = exits;
        this.call = call;
        this.gate = Protocol.HTTP1.gate(
                new HostJudge(
                        this::refusal, call.heads(), request -> recorder.outside(session, Protocol.HTTP1, request)),
                this);
    }

    private @Nullable Refusal refusal(HttpRequest request) {
        Refusal refusal = call.checkNamed(request.host(), port);
        if (refusal != null) {
            session.close(refusal);
        }
        return refusal;
    }

    @Override
    public void fromNear(ByteBuf data) {
        gate.request(data);
    }

    @Override
    public void fromFar(ByteBuf data) {
        gate.response(data);
    }

    @Override
    public void nearEnded() {
        gate.requestEnded();
    }

    @Override
    public void farEnded() {
        gate.responseEnded();
    }

    @Override
    public int held() {
        return gate.held();
    }

    @Override
    public boolean full() {
        return false;
    }

    @Override
    public boolean nearFull() {
        return gate.full();
    }

    @Override
    public void close() {
        gate.close();
    }

    @Override
    public void toApplication(ByteBuf data) {
        exits.toFar(data);
    }

    @Override
    public void toCaller(ByteBuf data) {
        exits.toNear(data);
    }

    @Override
    public void finishApplication() {
        exits.finishFar();
    }

    @Override
    public void finishCaller() {
        exits.finishNear();
    }

    @Override
    public void refuse(GateRefusal why) {
        session.close(Refusal.of(
                Refusal.Code.EGRESS_UNREADABLE,
                "the host of each request outside of the mesh is judged, and this connection cannot be read in one way only: "
                        + why));
    }

    @Override
    public void resumeCaller() {
        exits.resumeNear();
    }
}
