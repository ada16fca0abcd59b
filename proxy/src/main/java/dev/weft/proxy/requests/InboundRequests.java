package dev.weft.proxy.requests;

import dev.weft.daemon.text.HostPort;
import dev.weft.proxy.http.Http2Head;
import dev.weft.proxy.http.LocalResponse;
import dev.weft.proxy.http2.Http2Stream;
import dev.weft.proxy.http2.StreamListener;
import dev.weft.proxy.http2.flood.TokenBucket;
import dev.weft.proxy.session.Refusal;
import dev.weft.proxy.sidecar.Sidecar;
import dev.weft.proxy.tunnel.server.RequestStreams;
import dev.weft.proxy.tunnel.server.ServerTunnel;
import io.netty.handler.codec.http2.Http2Headers;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The requests that one caller's sidecar sends in a tunnel, each in its own stream. Requests for the same port of the
 * workload form one session, as if they had come in one connection. Belongs to the tunnel's event loop.
 */
public final class InboundRequests implements RequestStreams {
    /** The most sessions of one tunnel, each for another port or address. */
    static final int MOST_SESSIONS = 64;
    /**
     * How many requests that cannot pass, whatever policy decides, are answered and logged: in one burst, and per
     * second.
     */
    static final int UNACCEPTABLE = 1000;

    static final int UNACCEPTABLE_PER_SECOND = 200;

    private static final InetSocketAddress NOWHERE = new InetSocketAddress(InetAddress.ofLiteral("0.0.0.0"), 0);

    private final Sidecar sidecar;
    private final ServerTunnel caller;
    private final Map<InetSocketAddress, RequestSession> sessions = new HashMap<>();
    private final TokenBucket unacceptable = new TokenBucket(UNACCEPTABLE, UNACCEPTABLE_PER_SECOND, System::nanoTime);
    private boolean draining;

    public InboundRequests(Sidecar sidecar, ServerTunnel caller) {
        this.sidecar = sidecar;
        this.caller = caller;
    }

    @Override
    public StreamListener onRequest(Http2Stream stream, Http2Headers headers, boolean endStream) {
        InetSocketAddress target = Fields.takeTarget(headers);
        InetSocketAddress destination = target == null ? NOWHERE : target;
        Refusal again = caller.refusalAgain(destination);
        if (again != null) {
            answer(stream, headers, again, endStream);
            caller.refusedAgain();
            return new RequestDrain(stream);
        }
        RequestSession session = sessions.get(destination);
        if (session != null) {
            return session.request(stream, headers, endStream);
        }
        RequestSession opened = new RequestSession(this, sidecar, caller, destination);
        Refusal refusal = target == null ? noTarget() : admit(opened);
        if (refusal != null) {
            answer(stream, headers, refusal, endStream);
            opened.refuse(refusal);
            caller.refused(destination, refusal);
            return new RequestDrain(stream);
        }
        sessions.put(destination, opened);
        opened.start();
        return opened.request(stream, headers, endStream);
    }

    private static Refusal noTarget() {
        return Refusal.of(
                Refusal.Code.BAD_REQUEST_LINE,
                "a request without one " + Fields.TARGET + " (expected: a numeric ip:port, as in a CONNECT)");
    }

    private @Nullable Refusal admit(RequestSession opened) {
        Refusal refusal = opened.admit();
        if (refusal != null || sessions.size() < MOST_SESSIONS) {
            return refusal;
        }
        sidecar.metrics().limitHit("request-sessions");
        return Refusal.of(
                Refusal.Code.LIMIT,
                "requests of one tunnel go to " + MOST_SESSIONS + " ports of the workload at once, and "
                        + HostPort.text(opened.destination()) + " is one more");
    }

    private void answer(Http2Stream stream, Http2Headers headers, Refusal refusal, boolean endStream) {
        Refusal said = sidecar.requests().told(refusal);
        LocalResponse.refused(said, Http2Head.isGrpcCall(headers)).send(stream, Http2Head.isHead(headers), endStream);
    }

    /**
     * Whether a request that cannot pass, whatever policy decides, is answered and logged; if not, it must be reset.
     */
    boolean tellsUnacceptable() {
        boolean tells = unacceptable.take();
        if (!tells) {
            caller.flooded();
        }
        return tells;
    }

    /** Called when a session has ended. */
    void ended(RequestSession session) {
        sessions.remove(session.destination(), session);
    }

    boolean draining() {
        return draining;
    }

    @Override
    public void drain() {
        draining = true;
        List.copyOf(sessions.values()).forEach(RequestSession::endIfUnused);
    }

    @Override
    public void closed() {
        List.copyOf(sessions.values()).forEach(RequestSession::tunnelClosed);
    }
}
