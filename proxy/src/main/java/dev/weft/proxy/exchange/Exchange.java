package dev.weft.proxy.exchange;

import dev.weft.proxy.carry.ArrivedConnection;
import dev.weft.proxy.carry.Deadlines;
import dev.weft.proxy.carry.LoopContext;
import dev.weft.proxy.carry.RouteRefusals;
import dev.weft.proxy.carry.TriedEndpoints;
import dev.weft.proxy.http.GateRefusal;
import dev.weft.proxy.http.Http1Request;
import dev.weft.proxy.http.LocalResponse;
import dev.weft.proxy.mesh.Route;
import dev.weft.proxy.route.RouteRule;
import dev.weft.proxy.session.Refusal;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One request and its response. Each request goes to an endpoint chosen for it. It goes to another endpoint if the
 * first has certainly not seen it, or if sending it again does no harm; but never after a part of a final response has
 * passed. Belongs to one event loop.
 */
final class Exchange extends EndpointSide {
    private final LoopContext lane;
    private final EventLoop loop;
    private final Upstreams upstreams;
    private final Routing routing;
    private final Attempts attempts;
    private final Deadlines deadlines;
    private Duration backendTimeout = Duration.ZERO;
    /** Whether a route retries it after some statuses. */
    private boolean repeats;

    /** Whether the application had ended its direction, so that the rest of this request never comes. */
    private final boolean cut;

    private boolean over;
    private Runnable whenNoneIsLeft = this::noEndpoint;

    Exchange(Http1Carrier carrier, Upstreams upstreams, ArrivedConnection arrival, Http1Request request, ByteBuf head) {
        super(carrier, request, head);
        this.lane = arrival.lane();
        this.loop = arrival.channel().eventLoop();
        this.upstreams = upstreams;
        this.routing = new Routing(this, carrier, upstreams, arrival, request);
        this.attempts = new Attempts(lane, upstreams, arrival.session(), request.asRead());
        this.deadlines = new Deadlines(loop);
        this.cut = arrival.inputEnded();
    }

    /** Starts to route the request. */
    void start() {
        routing.start();
    }

    boolean isOver() {
        return over;
    }

    /** Applies this rule to the request. */
    void by(RouteRule rule) {
        attempts.tries.by(rule.retry());
        backendTimeout = rule.backendTimeout();
        repeats = rule.retry() != null && request.isIdempotent() && !request.offersUpgrade();
        deadlines.request(rule.requestTimeout(), () -> {
            tookTooLong();
            timedOut(GateRefusal.Code.TIMED_OUT.refusal("the request was not answered within "
                    + rule.requestTimeout().toMillis() + " ms"));
        });
    }

    /** Called at a timeout. While the application still sends its request, the endpoint is not to blame. */
    private void tookTooLong() {
        if (hasRequestEnded()) {
            attempts.misread();
        }
    }

    /** Replaces the head, before any part of the request has been sent. Takes ownership. */
    void changeHead(ByteBuf head) {
        sent.changeFirst(head);
    }

    /** Sends the request to one of these endpoints. */
    void go(List<Route.Endpoint> endpoints) {
        attempts.among(endpoints, routing.destination());
        attempt(whenNoneIsLeft);
    }

    private void noEndpoint() {
        answer(RouteRefusals.noEndpoint(routing.destination()));
    }

    /** Sends the request to the next endpoint; {@code otherwise} answers it if there is none. */
    private void attempt(Runnable otherwise) {
        Route.Endpoint endpoint = attempts.next();
        if (endpoint == null) {
            otherwise.run();
            return;
        }
        Refusal itself = lane.sidecar().meantForItself(endpoint.address());
        if (itself != null) {
            answer(itself);
            return;
        }
        carrier.accounts.session().routed(endpoint.address());
        deadlines.attempt(backendTimeout, this::attemptTimedOut);
        give(attempts.session(endpoint, request.isReplayable(), routing.host()));
    }

    @Override
    ResponsePath newResponse(boolean requestEnded) {
        return new ResponsePath(this, carrier, lane.sidecar().heads(), requestEnded);
    }

    @Override
    void taken() {
        attempts.connected();
    }

    @Override
    boolean keeps() {
        return repeats;
    }

    @Override
    void lost(Refusal refusal, boolean unseen, Upstream lost) {
        boolean stale = lost.isReused() && !unseen;
        attempts.lost(refusal, unseen, stale, lost.endpoint);
        leave();
        boolean may = unseen ? refusal.worthRetrying() : mayRepeat();
        LocalResponse told = unseen
                ? LocalResponse.unreached(refusal)
                : LocalResponse.refused(GateRefusal.of(GateRefusal.Code.NO_RESPONSE, refusal.reason()));
        Runnable otherwise = () -> answerSoon(told, refusal);
        long wait = may ? attempts.again(unseen || request.isReplayable()) : TriedEndpoints.NEVER;
        if (wait >= 0) {
            again(wait, otherwise);
        } else {
            otherwise.run();
        }
    }

    /** Whether the request may be sent again although an application may have seen it. */
    private boolean mayRepeat() {
        return sent.isWhole() && (repeats || request.isReplayable());
    }

    @Override
    void fail(Refusal refusal) {
        attempts.broken(refusal);
        boolean begun = hasBegun();
        GateRefusal answer = GateRefusal.of(GateRefusal.Code.UNREADABLE_RESPONSE, refusal.reason());
        over(begun ? attempts.status() : answer.status(), !begun);
        if (begun) {
            carrier.broken(refusal);
        } else {
            carrier.answer(this, LocalResponse.refused(answer), refusal);
        }
    }

    private void attemptTimedOut() {
        tookTooLong();
        boolean may = !hasBegun() && mayRepeat();
        long wait = may ? attempts.again(!attempts.tries.asked()) : TriedEndpoints.NEVER;
        if (wait >= 0) {
            repeat(wait);
        } else {
            timedOut(GateRefusal.Code.TIMED_OUT.refusal(
                    "no endpoint of the backend answered within " + backendTimeout.toMillis() + " ms"));
        }
    }

    private void timedOut(Refusal why) {
        boolean begun = hasBegun();
        Upstream late = over(begun ? attempts.status() : why.status(), !begun);
        if (late != null) {
            late.abort();
        }
        if (begun) {
            carrier.broken(why);
        } else {
            carrier.answer(this, LocalResponse.broken(why, false), why);
        }
    }

    /** Sends the request again; the response of the present endpoint is dropped. */
    private void repeat(long afterMillis) {
        Upstream former = leave();
        if (former != null) {
            former.abort();
        }
        again(afterMillis, this::noEndpoint);
    }

    /** Sends the request again after a wait, to one of the endpoints that there are by then. */
    private void again(long afterMillis, Runnable otherwise) {
        whenNoneIsLeft = otherwise;
        deadlines.repeat(afterMillis, routing::again);
    }

    /** Leaves the endpoint chosen last. Returns its session, if there is one. */
    private @Nullable Upstream leave() {
        attempts.leave();
        deadlines.attemptEnded();
        return takeBack();
    }

    private void answer(Refusal refusal) {
        answerSoon(LocalResponse.unreached(refusal), refusal);
    }

    /** Answers after data that came with the head was read: a complete request does not end its connection. */
    void answerSoon(LocalResponse reply, @Nullable Refusal why) {
        loop.execute(() -> {
            if (!over) {
                answer(reply, why);
            }
        });
    }

    private void answer(LocalResponse reply, @Nullable Refusal why) {
        over(reply.status(), true);
        carrier.answer(this, reply, why);
    }

    private @Nullable Upstream over(int status, boolean complete) {
        over = true;
        attempts.ended(status, complete);
        Upstream open = leave();
        deadlines.close();
        sent.settle();
        copiesOver();
        return open;
    }

    /** Ends the exchange and its session; {@code complete} if both sides have ended a switched protocol. */
    void end(Consumer<Upstream> how, boolean complete) {
        if (!over) {
            Upstream open = over(attempts.status(), complete);
            if (open != null) {
                how.accept(open);
            }
        }
    }

    /** Called with the head of the final response. Whether the head passes; if not, the request is sent again. */
    boolean answered(int status, boolean shed, long pause) {
        attempts.answered(status, shed, pause);
        boolean wanted = repeats && sent.isWhole() && attempts.tries.wantsAfter(status);
        long wait = wanted ? attempts.again(false) : TriedEndpoints.NEVER;
        if (wait >= 0) {
            repeat(wait);
            return false;
        }
        sent.settle();
        return true;
    }

    /** Called when the protocol was switched: a rule's timeouts no longer apply. */
    void switched(int status) {
        attempts.answered(status, false, 0);
        deadlines.close();
        carrier.switched();
    }

    /** Called when the whole response has passed. A rest of the request still goes to the endpoint. */
    void ended(boolean persists, boolean clean) {
        if (clean && !cut && isComing()) {
            deadlines.close();
            answeredEarly(persists);
            return;
        }
        Upstream used = current();
        over(attempts.status(), true);
        upstreams.done(used, persists && request.persists(), clean && hasRequestEnded());
        carrier.responded(this, persists);
    }

    @Override
    void uploaded(boolean whole, boolean persists) {
        Upstream used = over(attempts.status(), true);
        if (used != null && whole) {
            used.retireLate();
        } else if (used != null) {
            used.abort();
        }
        carrier.responded(this, whole && persists);
    }

    /** Called when the data that came is not a valid response, or ended too early. */
    void malformed(GateRefusal why) {
        Upstream odd = current();
        fail(Refusal.of(Refusal.Code.BROKEN, why.reason()));
        odd.abort();
    }
}
