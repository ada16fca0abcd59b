package dev.weft.proxy.exchange;

import dev.weft.proxy.carry.Lane;
import dev.weft.proxy.carry.RouteRefusals;
import dev.weft.proxy.http.GateRefusal;
import dev.weft.proxy.http.Http1Request;
import dev.weft.proxy.mesh.Route;
import dev.weft.proxy.session.Refusal;
import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One request and its response. The request goes to an endpoint of its own choice. Where that one certainly has not seen it, or a
 * second time does no harm, it goes to another; but never once something of a response has come. Belongs to one event loop.
 */
final class Exchange implements Upstream.User {
    private final Http1Carrier carrier;
    private final Shared shared;
    private final Lane lane;
    private final Http1Request request;
    private final Sent sent = new Sent();
    private final Attempts attempts;
    private @Nullable ResponsePath response;
    private @Nullable Upstream upstream;
    private boolean ready;
    private boolean requestEnded;
    private boolean over;

    Exchange(Http1Carrier carrier, Shared shared, Lane lane, Http1Request request, ByteBuf head) {
        this.carrier = carrier;
        this.shared = shared;
        this.lane = lane;
        this.request = request;
        this.attempts = new Attempts(lane, shared, carrier.accounts().session(), request.asRead());
        sent.add(head);
        head.release();
    }

    /** The directory's answer of this moment. */
    void route(@Nullable Route route) {
        if (over) {
            return;
        }
        switch (route) {
            case null -> answer(new RouteRefusals(lane.directory()).noAnswer(carrier.destination()));
            case Route.Unreachable nowhere -> answer(Refusal.of(Refusal.Code.UNREACHABLE, nowhere.reason()));
            case Route.NotInMesh _ -> {
                attempts.among(List.of(new Route.Endpoint(carrier.destination(), null, 0, 1)));
                attempt(null);
            }
            case Route.ToEndpoints to -> {
                carrier.route(to);
                attempts.among(to.endpoints());
                attempt(null);
            }
        }
    }

    private void attempt(@Nullable Refusal last) {
        Route.Endpoint endpoint = attempts.next();
        if (endpoint == null) {
            answer(last == null ? RouteRefusals.noEndpoint(carrier.destination()) : last);
            return;
        }
        Refusal itself = lane.sidecar().meantForItself(endpoint.address());
        if (itself != null) {
            answer(itself);
            return;
        }
        carrier.accounts().routed(endpoint.address());
        response = new ResponsePath(this, carrier, requestEnded);
        Upstream next = attempts.session(endpoint, request.isReplayable());
        upstream = next;
        next.use(this);
        if (!next.isReused()) {
            next.start();
        }
    }

    /** More of the request; takes ownership. */
    void body(ByteBuf data) {
        sent.add(data);
        if (ready && upstream != null) {
            upstream.write(data);
            upstream.flush();
        } else {
            data.release();
        }
    }

    /** The request has been read whole. */
    void requestEnded() {
        requestEnded = true;
        if (response != null) {
            response.requestEnded();
        }
    }

    /** The application says no more. */
    void applicationEnded() {
        if (upstream != null && ready) {
            upstream.finish();
        }
    }

    /** Whether the application has got something of a response. */
    boolean hasAnswered() {
        return response != null && response.hasPassed();
    }

    boolean hasRequestEnded() {
        return requestEnded;
    }

    boolean isBytes() {
        return response != null && response.isBytes();
    }

    /** Whether more of the request can be taken. */
    boolean takesMore() {
        return !sent.isFull() && (!ready || (upstream != null && upstream.writable()));
    }

    /** Bytes that are kept, and bytes that the endpoint has not taken. */
    long held() {
        return sent.bytes() + (upstream == null ? 0 : upstream.queued()) + (response == null ? 0 : response.held());
    }

    /** The application takes more again. */
    void resume() {
        if (upstream != null) {
            upstream.resume();
        }
    }

    Http1Request request() {
        return request;
    }

    @Override
    public void ready() {
        ready = true;
        attempts.connected();
        Upstream to = current();
        carrier.accounts().uses(to);
        sent.repeat(to::write);
        to.flush();
        if (to.isOpened()) {
            opened();
        }
    }

    @Override
    public void opened() {
        carrier.accounts().admitted();
        if (!request.isReplayable()) {
            sent.settle();
        }
        carrier.updateReading();
    }

    private Upstream current() {
        return Objects.requireNonNull(upstream, "upstream");
    }

    private ResponsePath reader() {
        return Objects.requireNonNull(response, "response");
    }

    @Override
    public void received(ByteBuf data) {
        sent.settle();
        reader().receive(data);
    }

    @Override
    public boolean takes() {
        return carrier.takes();
    }

    @Override
    public void writableAgain() {
        carrier.updateReading();
    }

    @Override
    public void inputEnded() {
        ResponsePath reader = reader();
        if (reader.isBytes()) {
            carrier.endpointEnded();
        } else if (reader.isUntouched()) {
            Upstream lost = current();
            lost.abort();
            lost(Refusal.of(Refusal.Code.BROKEN, "the endpoint ended the session without a response"), false, lost);
        } else {
            reader.inputEnded();
        }
    }

    @Override
    public void broken(Refusal refusal, boolean unseen) {
        lost(refusal, unseen, current());
    }

    /** The session with the endpoint is gone. */
    private void lost(Refusal refusal, boolean unseen, Upstream lost) {
        if (!reader().isUntouched()) {
            fail(refusal);
            return;
        }
        boolean stale = lost.isReused() && !unseen;
        attempts.lost(refusal, unseen, stale, lost.endpoint());
        leave();
        boolean may = unseen ? refusal.worthRetrying() : request.isReplayable();
        if (may && attempts.again()) {
            attempt(refusal);
        } else {
            answer(unseen ? ExchangeCode.of(refusal) : ExchangeCode.NO_RESPONSE.of(refusal.reason()), refusal);
        }
    }

    /** The response has begun and cannot be ended. */
    private void fail(Refusal refusal) {
        attempts.misread();
        boolean passed = hasAnswered();
        GateRefusal answer = ExchangeCode.UNREADABLE_RESPONSE.of(refusal.reason());
        over(passed ? attempts.status() : answer.status(), !passed);
        if (passed) {
            carrier.broken(refusal);
        } else {
            carrier.answer(this, answer, refusal);
        }
    }

    /** The endpoint chosen last has the request no more. */
    private void leave() {
        attempts.leave();
        if (response != null) {
            response.close();
        }
        upstream = null;
        ready = false;
    }

    private void answer(Refusal refusal) {
        answer(ExchangeCode.of(refusal), refusal);
    }

    private void answer(GateRefusal answer, Refusal why) {
        over(answer.status(), true);
        carrier.answer(this, answer, why);
    }

    private void over(int status, boolean complete) {
        over = true;
        attempts.ended(status, complete);
        leave();
        sent.settle();
    }

    /** Both sides have ended, or the application is gone or is not to have an answer: so does the session with the endpoint. */
    void end(Consumer<Upstream> how) {
        if (!over) {
            Upstream open = upstream;
            over(attempts.status(), false);
            if (open != null) {
                how.accept(open);
            }
        }
    }

    /** The head of the final response has come. */
    void answered(int status) {
        attempts.answered(status);
    }

    /** The response has passed whole. */
    void ended(boolean persists, boolean clean) {
        Upstream used = current();
        over(attempts.status(), true);
        if (persists && clean && requestEnded && request.persists() && used.queued() == 0) {
            shared.upstreams().give(used);
        } else if (clean && requestEnded) {
            used.retire();
        } else {
            used.abort();
        }
        carrier.responded(this, persists);
    }

    /** What came is no response, or ended too early. */
    void malformed(GateRefusal why) {
        Upstream odd = current();
        fail(Refusal.of(Refusal.Code.BROKEN, why.reason()));
        odd.abort();
    }
}
