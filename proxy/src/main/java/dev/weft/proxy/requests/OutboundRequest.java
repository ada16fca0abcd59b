package dev.weft.proxy.requests;

import dev.weft.daemon.text.HostPort;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.proxy.balance.OpenRequest;
import dev.weft.proxy.carry.Deadlines;
import dev.weft.proxy.carry.LoopContext;
import dev.weft.proxy.carry.RouteRefusals;
import dev.weft.proxy.carry.TriedEndpoints;
import dev.weft.proxy.http.Denial;
import dev.weft.proxy.http.GateRefusal;
import dev.weft.proxy.http.LocalResponse;
import dev.weft.proxy.http2.Http2Stream;
import dev.weft.proxy.http2.frame.ErrorCode;
import dev.weft.proxy.mesh.Route;
import dev.weft.proxy.observe.CallerRequest;
import dev.weft.proxy.route.Backend;
import dev.weft.proxy.route.RequestTable;
import dev.weft.proxy.session.Refusal;
import dev.weft.proxy.tunnel.client.ClientTunnel;
import dev.weft.proxy.tunnel.client.TunnelPool;
import io.netty.handler.codec.http2.Http2Headers;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request of the application. It goes to another endpoint if no application has seen it: the endpoint had no
 * application for it, its stream was refused, or no tunnel could be opened. A route may add retries.
 */
final class OutboundRequest extends Exchange {
    static final int MOST_REPEATED = 16 * 1024; // most octets of a body that can be sent to another endpoint

    private final CallerConnection owner;
    private final CallerRequest told;
    private final AppliedRoutes applied;
    private final Deadlines deadlines;
    private final HealthObserver observing = new HealthObserver();
    private int turn; // number of the present attempt; events of earlier attempts are ignored
    private @Nullable ClientTunnel tunnel;
    private Route.@Nullable Endpoint endpoint;

    OutboundRequest(CallerConnection owner, Http2Stream front, Http2Headers said, boolean ended) {
        super(
                owner.session(),
                front,
                said,
                new RequestBody(
                        front, ended, MOST_REPEATED, owner.lane().sidecar().heads()));
        this.owner = owner;
        this.told = lane().sidecar().requests().recorder().begun(session(), grpc ? "grpc" : "http/2", said);
        this.applied = new AppliedRoutes(lane(), said, grpc, session().destination());
        this.deadlines = new Deadlines(session().loop());
    }

    void begin() {
        noteHeld();
        if (body.begins(applied.head())) {
            if (grpc) {
                Duration deadline = GrpcDeadline.of(applied.head());
                deadlines.request(deadline, () -> {
                    observing.withoutResult();
                    end(applied.pastDeadline(deadline));
                });
            }
            route(null);
        } else {
            resetFront(ErrorCode.PROTOCOL_ERROR);
        }
    }

    private LoopContext lane() {
        return owner.lane();
    }

    /** Resolves the present destination. {@code last} is why the endpoint before was not usable. */
    private void route(@Nullable Refusal last) {
        applied.resolve(lane(), session().loop(), route -> {
            if (over()) {
                return;
            }
            switch (route) {
                case null -> refuse(new RouteRefusals(lane().directory()).noAnswer(applied.destination()));
                case Route.ToEndpoints to -> byRoutes(to, last);
                case Route.Unreachable nowhere ->
                    refuse(RouteRefusals.nowhere(nowhere.reason(), !applied.toOwnDestination()));
                case Route.NotInMesh _ -> noSidecar();
            }
        });
    }

    private void byRoutes(Route.ToEndpoints to, @Nullable Refusal last) {
        RequestTable table = to.isRouted() && !applied.decided() ? to.routes() : null;
        LocalResponse instead = table == null ? null : applied.by(table, front.id(), this::copy);
        if (instead != null) {
            reply(instead);
            return;
        }
        if (table != null) {
            Duration most = applied.requestTimeout();
            deadlines.request(most, () -> {
                tookTooLong();
                end(applied.late(most));
            });
            if (!applied.toOwnDestination()) {
                route(last);
                return;
            }
        }
        attempt(to, last);
    }

    private void attempt(Route.ToEndpoints route, @Nullable Refusal last) {
        List<Route.Endpoint> usable = owner.endpoints.usable(applied.destination(), route);
        if (usable.isEmpty() && !route.endpoints().isEmpty()) {
            noSidecar();
            return;
        }
        Route.Endpoint chosen = applied.tries.next(usable, System.nanoTime());
        SpiffeId identity = chosen == null ? null : chosen.identity();
        if (chosen == null || identity == null) {
            if (last == null || !repeats(applied.againUnseen(body))) {
                refuse(last != null ? last : RouteRefusals.noEndpoint(applied.destination()));
            }
            return;
        }
        Refusal itself = lane().sidecar().meantForItself(chosen.address());
        if (itself != null) {
            refuse(itself);
            return;
        }
        go(chosen, identity);
    }

    private void go(Route.Endpoint chosen, SpiffeId identity) {
        OpenRequest health = lane().balancer().health(chosen).started(System.nanoTime());
        observing.chosen(health);
        endpoint = chosen;
        told.attempt(chosen.address(), identity);
        Duration most = applied.backendTimeout();
        deadlines.attempt(most, () -> attemptLate(most));
        int mine = ++turn;
        if (mine == 1) {
            lane().budgets().sent(applied.destination(), System.nanoTime());
        }
        KnownTunnel.acquire(lane(), chosen, identity, new TunnelPool.Waiter() {
            @Override
            public void opened(ClientTunnel opened) {
                if (over() || mine != turn) {
                    return;
                }
                if (opened.takesRequests()) {
                    open(opened, chosen);
                } else {
                    owner.endpoints.incapable(chosen);
                    elsewhere(GateRefusal.Code.NO_SIDECAR.refusal("the sidecar at " + HostPort.text(chosen.address())
                            + " takes connections only: update it"));
                }
            }

            @Override
            public void failed(Refusal refusal) {
                if (!refusal.isOfLimit()) { // a limit here says nothing about the endpoint
                    health.failed(System.nanoTime());
                }
                if (!over() && mine == turn) {
                    elsewhere(refusal);
                }
            }
        });
    }

    private void open(ClientTunnel opened, Route.Endpoint chosen) {
        tunnel = opened;
        told.connected();
        if (applied.decided()) {
            owner.uses(opened);
        }
        observing.goes(!opened.hasAnswered());
        open((end, listener) -> opened.open(Fields.toSidecar(applied.head(), chosen.address()), end, listener));
    }

    /** Tries elsewhere: the endpoint chosen last was not usable, and no application has seen the request. */
    private void elsewhere(Refusal why) {
        leave();
        route(why);
    }

    private void leave() {
        turn++;
        observing.leave();
        deadlines.attemptEnded();
    }

    private void copy(Backend backend, Http2Headers head) {
        body.copy(new Http2Copy(lane(), session(), backend, head, grpc));
    }

    /** Sends the request again after this wait, in milliseconds; false if it is {@link TriedEndpoints#NEVER}. */
    private boolean repeats(long wait) {
        if (wait >= 0) {
            giveUpBack();
            leave();
            deadlines.repeat(wait, () -> route(null));
        }
        return wait >= 0;
    }

    /** Called at a timeout. While the application still sends its request, the endpoint is not to blame. */
    private void tookTooLong() {
        if (body.ended()) {
            observing.failed();
        }
    }

    private void attemptLate(Duration most) {
        tookTooLong();
        if (answered() || !repeats(applied.again(body, !applied.tries.asked()))) {
            end(applied.late(most));
        }
    }

    private void noSidecar() {
        refuse(GateRefusal.Code.NO_SIDECAR.refusal("no endpoint of " + HostPort.text(applied.destination())
                + " has a sidecar that takes requests: connect again"));
        if (applied.toOwnDestination()) {
            owner.endSoon();
        }
    }

    private void refuse(Refusal refusal) {
        reply(LocalResponse.broken(refusal, grpc));
    }

    @Override
    @Nullable
    Http2Headers answer(Http2Headers headers, int number) {
        if (headers.getAndRemove(LocalResponse.UNSEEN) != null && body.repeatable()) {
            Refusal why = Fields.unseen(headers, number, grpc);
            if (!Denial.isOfLoad(why.code()) || applied.mayGoElsewhere()) {
                observing.unseen(why.code());
                giveUpBack();
                elsewhere(why);
                return null;
            }
        }
        if (number < ForwardedStream.FIRST_FINAL) {
            return headers;
        }
        observing.answers(headers, number, grpc);
        if (tunnel != null) {
            tunnel.answered();
        }
        if (applied.tries.wantsAfter(number) && repeats(applied.again(body, false))) {
            return null;
        }
        return applied.response(headers);
    }

    @Override
    void unanswered(ErrorCode code) {
        Refusal ending = tunnel == null ? null : tunnel.ending();
        if (ending != null) {
            refuse(ending);
        } else if (code == ErrorCode.REFUSED_STREAM && body.repeatable()) {
            if (endpoint != null) {
                applied.tries.forgive(endpoint); // its tunnel takes no more, but another tunnel may
            }
            elsewhere(Refusal.of(Refusal.Code.TUNNEL_LOST, "the request's stream was refused: " + code));
        } else if (code == ErrorCode.CONNECT_ERROR) {
            observing.unusable();
            if (!repeats(applied.again(body, false))) {
                refuse(KnownTunnel.lost(tunnel));
            }
        } else {
            observing.reset(code);
            resetFront(Resets.ofAnswer(code));
        }
    }

    @Override
    void answerEnded(boolean complete) {
        told.ended(tally.status, tally.grpcStatus, complete);
        observing.ended(tally, tunnel != null && tunnel.lost() != null);
    }

    @Override
    void closed() {
        leave();
        deadlines.close();
        owner.ended(this);
    }
}
