package dev.weft.proxy.requests;

import dev.weft.daemon.schedule.Repetition;
import dev.weft.policy.decide.Decision;
import dev.weft.proxy.admission.Admission;
import dev.weft.proxy.http.GateRefusal;
import dev.weft.proxy.http.Http2Head;
import dev.weft.proxy.http.LocalResponse;
import dev.weft.proxy.http.RequestJudge;
import dev.weft.proxy.http.UnacceptableException;
import dev.weft.proxy.http2.Http2Stream;
import dev.weft.proxy.http2.StreamListener;
import dev.weft.proxy.http2.frame.ErrorCode;
import dev.weft.proxy.http2.frame.Http2Violation;
import dev.weft.proxy.session.Refusal;
import dev.weft.proxy.session.Session;
import dev.weft.proxy.sidecar.Sidecar;
import dev.weft.proxy.tunnel.server.ServerTunnel;
import io.netty.handler.codec.http2.Http2Headers;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * The requests of one tunnel for one port of the workload. The session is decided as one connection would be, and each
 * request is judged; both happen again whenever policy, trust or time changes. Belongs to the tunnel's event loop.
 */
final class RequestSession implements Session.Owner {
    /**
     * A session without requests ends after this time, or up to twice as long, and its connections to the application
     * with it.
     */
    static final Duration MAX_IDLE = Duration.ofSeconds(60);

    private final InboundRequests owner;
    private final Sidecar sidecar;
    private final ServerTunnel caller;
    final Session session;
    private final Admission admission;
    final RequestJudge judge;
    final ApplicationConnections applications;
    private final Set<InboundRequest> open = new LinkedHashSet<>();
    private @Nullable Future<?> idle;
    private boolean used = true;
    private boolean ended;

    RequestSession(InboundRequests owner, Sidecar sidecar, ServerTunnel caller, InetSocketAddress destination) {
        this.owner = owner;
        this.sidecar = sidecar;
        this.caller = caller;
        this.session = sidecar.registry()
                .open(caller.loop(), Session.Direction.INBOUND, caller.peerAddress(), destination, this);
        session.secured(caller.localIdentity(), caller.peerIdentity(), caller.id(), caller.tls());
        this.admission = new Admission(session, sidecar, _ -> caller.calm());
        this.judge = admission.judge(caller.peerIdentity());
        this.applications = new ApplicationConnections(sidecar, session);
    }

    InetSocketAddress destination() {
        return session.destination();
    }

    /** Returns why requests of this caller to this port are refused; null if they are not. */
    @Nullable
    Refusal admit() {
        Refusal refusal = decide();
        return refusal != null ? refusal : sidecar.tooManySessions(session);
    }

    private @Nullable Refusal decide() {
        Refusal refusal = caller.check();
        return refusal != null ? refusal : admission.decide(caller.peerIdentity());
    }

    void start() {
        idle = Repetition.every(caller.loop(), MAX_IDLE, this::endIfIdle);
    }

    StreamListener request(Http2Stream stream, Http2Headers headers, boolean endStream) {
        used = true;
        Http2Head.Reading read;
        try {
            // If no policy judges requests, one that can be read in two ways passes, as it does in a connection.
            read = Http2Head.read(stream.id(), headers, judge.heads(), !judge.strict());
        } catch (Http2Violation violation) {
            stream.reset(violation.code());
            if (owner.tellsUnacceptable()) {
                judge.refused(GateRefusal.brokenByCaller(violation));
            }
            return new RequestDrain(stream);
        } catch (UnacceptableException e) {
            if (owner.tellsUnacceptable()) {
                judge.refused(e.refusal());
                LocalResponse.refused(e.refusal()).send(stream, Http2Head.isHead(headers), endStream);
            } else {
                stream.reset(ErrorCode.ENHANCE_YOUR_CALM);
            }
            return new RequestDrain(stream);
        }
        Decision decision = judge.judge(read.request());
        InboundRequest request = new InboundRequest(this, stream, headers, endStream, read, decision);
        open.add(request);
        request.begin();
        return request;
    }

    /** Called when a request has ended, for any reason. */
    void ended(InboundRequest request) {
        open.remove(request);
        if (owner.draining()) {
            endIfUnused();
        }
    }

    @Override
    public @Nullable Refusal check(Session checked) {
        Refusal refusal = decide();
        if (refusal == null) {
            boolean strict = judge.strict();
            List.copyOf(open).forEach(request -> request.judgeAgain(strict));
        }
        return refusal;
    }

    @Override
    public void close(Session closed, Refusal refusal) {
        Refusal said = sidecar.requests().told(refusal);
        List.copyOf(open).forEach(request -> request.end(LocalResponse.broken(said, request.grpc)));
        end(refusal);
    }

    /** Ends a session that was not admitted. */
    void refuse(Refusal refusal) {
        end(refusal);
    }

    /** Called when the tunnel has closed; its streams have informed the requests. */
    void tunnelClosed() {
        end(caller.ending());
    }

    private void endIfIdle() {
        if (!used) {
            endIfUnused();
        }
        used = false;
    }

    void endIfUnused() {
        if (open.isEmpty()) {
            end(null);
        }
    }

    private void end(@Nullable Refusal refusal) {
        if (!ended) {
            ended = true;
            if (idle != null) {
                idle.cancel(false);
            }
            applications.close();
            owner.ended(this);
            session.end(refusal);
        }
    }
}
