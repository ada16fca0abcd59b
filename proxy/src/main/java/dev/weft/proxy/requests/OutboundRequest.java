package dev.weft.proxy.requests;

import dev.weft.daemon.text.HostPort;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.proxy.balance.EndpointHealth;
import dev.weft.proxy.carry.Lane;
import dev.weft.proxy.http.RequestRecord;
import dev.weft.proxy.http2.ErrorCode;
import dev.weft.proxy.http2.Http2Stream;
import dev.weft.proxy.mesh.Route;
import dev.weft.proxy.observe.CallerRequest;
import dev.weft.proxy.session.Refusal;
import dev.weft.proxy.tunnel.ClientTunnel;
import dev.weft.proxy.tunnel.TunnelPool;
import io.netty.handler.codec.http2.Http2Headers;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A request of the application on its way to the endpoint chosen for it. One that no application has seen goes to another endpoint:
 * it was refused for want of an application, its stream was refused, or no tunnel stood.
 */
final class OutboundRequest extends Exchange {
    /** Endpoints that are tried for one request. */
    static final int MAX_ATTEMPTS = 3;
    /** Octets of a body up to which it can be sent to another endpoint. */
    static final int MOST_REPEATED = 16 * 1024;

    private static final int SERVER_ERRORS = 500;
    private static final int DEFAULT_STATUS = 503;

    private final CallerConnection owner;
    private final Http2Headers said;
    private final CallerRequest told;
    private final Set<InetSocketAddress> tried = new HashSet<>(4);
    private int attempts;
    private @Nullable ClientTunnel tunnel;
    private Route.@Nullable Endpoint endpoint;
    private @Nullable EndpointHealth counted;
    private long startedNanos;
    private long tookNanos;
    /** It went when nothing had come of its tunnel yet: its time is that of beginnings, and says little of the endpoint. */
    private boolean early;

    private boolean observed;

    OutboundRequest(CallerConnection owner, Http2Stream front, Http2Headers said, boolean ended) {
        super(owner.session(), front, said, ended, MOST_REPEATED);
        this.owner = owner;
        this.said = said;
        this.told = lane().sidecar().requests().recorder().begun(session(), grpc() ? "grpc" : "http/2", said);
    }

    void begin() {
        if (body().begins(said)) {
            route(null);
        } else {
            resetFront(ErrorCode.PROTOCOL_ERROR);
        }
    }

    private Lane lane() {
        return owner.lane();
    }

    /** Where the destination leads at this moment. {@code last} is why the endpoint before did not do. */
    private void route(@Nullable Refusal last) {
        lane().directory().resolve(session().destination(), session().loop(), route -> {
            if (over()) {
                return;
            }
            switch (route) {
                case null ->
                    refuse(Refusal.of(
                            Refusal.Code.NO_ANSWER,
                            "the control plane has not said where "
                                    + HostPort.text(session().destination()) + " leads"));
                case Route.ToEndpoints to -> attempt(to, last);
                case Route.Unreachable nowhere -> refuse(Refusal.of(Refusal.Code.UNREACHABLE, nowhere.reason()));
                case Route.NotInMesh _ -> noSidecar();
            }
        });
    }

    private void attempt(Route.ToEndpoints route, @Nullable Refusal last) {
        List<Route.Endpoint> usable = owner.endpoints().usable(route);
        if (usable.isEmpty() && !route.endpoints().isEmpty()) {
            noSidecar();
            return;
        }
        Route.Endpoint chosen = attempts >= MAX_ATTEMPTS
                ? null
                : lane().balancer().choose(usable, tried, System.nanoTime()).orElse(null);
        SpiffeId identity = chosen == null ? null : chosen.identity();
        if (chosen == null || identity == null) {
            refuse(last != null ? last : noEndpoint());
            return;
        }
        Refusal itself = lane().sidecar().meantForItself(chosen.address());
        if (itself != null) {
            refuse(itself);
            return;
        }
        attempts++;
        tried.add(chosen.address());
        go(chosen, identity);
    }

    private void go(Route.Endpoint chosen, SpiffeId identity) {
        EndpointHealth health = lane().balancer().health(chosen);
        health.started();
        counted = health;
        endpoint = chosen;
        told.attempt(chosen.address());
        KnownTunnel.acquire(lane(), chosen, identity, new TunnelPool.Waiter() {
            @Override
            public void opened(ClientTunnel opened) {
                if (over()) {
                    return;
                }
                if (opened.takesRequests()) {
                    tunnel = opened;
                    told.connected();
                    early = !opened.hasAnswered();
                    startedNanos = System.nanoTime();
                    open((end, listener) -> opened.open(Fields.toSidecar(said, chosen.address()), end, listener));
                } else {
                    owner.endpoints().incapable(chosen);
                    elsewhere(RequestCode.NO_SIDECAR.refusal("the sidecar at " + HostPort.text(chosen.address())
                            + " takes connections only: update it"));
                }
            }

            @Override
            public void failed(Refusal refusal) {
                if (!refusal.isOfLimit()) { // which says nothing of the endpoint
                    health.failed(System.nanoTime());
                }
                if (!over()) {
                    elsewhere(refusal);
                }
            }
        });
    }

    /** The endpoint chosen last did not do, and no application has seen the request. */
    private void elsewhere(Refusal why) {
        leave();
        route(why);
    }

    private void leave() {
        if (counted != null) {
            counted.ended();
            counted = null;
        }
    }

    private Refusal noEndpoint() {
        return Refusal.of(
                Refusal.Code.NO_ENDPOINT,
                "no endpoint of " + HostPort.text(session().destination()) + " is ready");
    }

    private void noSidecar() {
        refuse(RequestCode.NO_SIDECAR.refusal("no endpoint of "
                + HostPort.text(session().destination()) + " has a sidecar that takes requests: connect again"));
        owner.endSoon();
    }

    private void refuse(Refusal refusal) {
        reply(Answers.Answer.broken(refusal, grpc()));
    }

    @Override
    public @Nullable Http2Headers answer(Http2Headers headers, int number) {
        boolean unseen = headers.getAndRemove(Fields.UNSEEN) != null;
        if (unseen && body().repeatable()) {
            if (counted != null) {
                counted.failed(System.nanoTime());
            }
            giveUpBack();
            elsewhere(refusalOf(headers, number));
            return null;
        }
        if (number >= FIRST_FINAL) {
            tookNanos = System.nanoTime() - startedNanos;
            if (tunnel != null) {
                tunnel.answered();
            }
            if (!grpc() || headers.contains(Fields.GRPC_STATUS)) {
                observe(number, Fields.number(headers.get(Fields.GRPC_STATUS)));
            }
        }
        return headers;
    }

    private Refusal refusalOf(Http2Headers headers, int number) {
        CharSequence code = headers.get("weft-code");
        CharSequence reason = grpc() ? headers.get("grpc-message") : headers.get("weft-reason");
        return new Refusal(
                code == null ? RequestCode.LOST.code() : code.toString(),
                number >= SERVER_ERRORS ? number : DEFAULT_STATUS,
                reason == null ? "the peer's sidecar could not pass the request on" : reason.toString());
    }

    /** How the endpoint has answered: what fails of itself, or for want of means, is to have fewer requests. */
    private void observe(int status, int grpcStatus) {
        EndpointHealth health = counted;
        if (health != null && !observed) {
            observed = true;
            boolean failed = status >= SERVER_ERRORS
                    || (grpc() && (grpcStatus == Answers.UNAVAILABLE || grpcStatus == Answers.RESOURCE_EXHAUSTED));
            if (failed || !early) {
                health.observed(tookNanos, failed, System.nanoTime());
            }
        }
    }

    @Override
    public void unanswered(ErrorCode code) {
        ClientTunnel lost = tunnel;
        Refusal ending = lost == null ? null : lost.ending();
        if (ending != null) {
            refuse(ending);
        } else if (code == ErrorCode.REFUSED_STREAM && body().repeatable()) {
            if (endpoint != null) {
                tried.remove(endpoint.address()); // its tunnel takes no more, and there may be another to it
            }
            elsewhere(Refusal.of(Refusal.Code.TUNNEL_LOST, "the request's stream was refused: " + code));
        } else if (code == ErrorCode.CONNECT_ERROR) {
            if (counted != null) {
                counted.failed(System.nanoTime());
            }
            refuse(Refusal.of(Refusal.Code.TUNNEL_LOST, "the tunnel was lost before the request was answered"));
        } else {
            tookNanos = System.nanoTime() - startedNanos;
            observe(code == ErrorCode.CANCEL || code == ErrorCode.NO_ERROR ? 0 : SERVER_ERRORS, Answers.NONE);
            resetFront(Resets.ofAnswer(code));
        }
    }

    @Override
    public void count(int bytes, boolean ofRequest) {
        if (ofRequest) {
            session().countOut(bytes);
        } else {
            session().countIn(bytes);
        }
    }

    @Override
    public void answerEnded(boolean complete) {
        told.ended(tally().status(), grpc() ? tally().grpcStatus() : RequestRecord.NO_GRPC_STATUS, complete);
        if (tally().status() != 0 && tally().grpcStatus() != Answers.NONE) {
            observe(tally().status(), tally().grpcStatus());
        }
    }

    @Override
    public void closed() {
        leave();
        owner.ended(this);
    }
}
