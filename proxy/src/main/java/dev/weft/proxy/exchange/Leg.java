package dev.weft.proxy.exchange;

import dev.weft.proxy.http.Http1Changes;
import dev.weft.proxy.http.Http1Request;
import dev.weft.proxy.route.FieldChanges;
import dev.weft.proxy.session.Refusal;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What an {@link Exchange} says to the endpoint that has it at this moment, and hears from it. What was said is kept as long as it
 * may have to be said to another endpoint. Belongs to one event loop.
 */
abstract class Leg implements Upstream.User {
    final Http1Carrier carrier;
    final Http1Request request;
    final Sent sent = new Sent();
    private @Nullable ResponsePath response;
    private @Nullable Upstream upstream;
    private List<Http1Copy> copies = List.of();
    private boolean ready;
    private FieldChanges responseChanges = FieldChanges.NONE;
    private boolean bodyBegun;
    private boolean requestEnded;
    /** Whether the endpoint sent no more before its response had ended. */
    private boolean endpointEnded;
    /** Whether the response has passed whole, and the rest of the request still goes to the endpoint. */
    private boolean answeredEarly;
    /** Whether the connection may have another request after that response. */
    private boolean persists;

    Leg(Http1Carrier carrier, Http1Request request) {
        this.carrier = carrier;
        this.request = request;
    }

    /** Whether what was said is kept although an application may have seen it. */
    abstract boolean keeps();

    /** The endpoint takes the request. */
    abstract void taken();

    /** The session is gone, and nothing of a response has come. */
    abstract void lost(Refusal refusal, boolean unseen, Upstream lost);

    /** The response has begun and cannot be ended. */
    abstract void fail(Refusal refusal);

    /**
     * The response had passed before the request, and the request needs its endpoint no more.
     *
     * @param whole whether the request has ended; if not, the endpoint or the application went away within it
     * @param persists as the response said
     */
    abstract void uploaded(boolean whole, boolean persists);

    /** The way of the response of the endpoint that has the request now. */
    abstract ResponsePath newResponse(boolean requestEnded);

    /** The request goes there. */
    final void give(Upstream next) {
        response = newResponse(requestEnded);
        upstream = next;
        carrier.accounts().given(next);
        next.use(this);
        if (!next.isReused()) {
            next.start();
        }
    }

    /** The endpoint has the request no more. Returns its session, if there is one, which goes on. */
    final @Nullable Upstream takeBack() {
        if (response != null) {
            response.close();
        }
        Upstream former = upstream;
        upstream = null;
        carrier.accounts().given(null);
        ready = false;
        return former;
    }

    final Upstream current() {
        return Objects.requireNonNull(upstream, "upstream");
    }

    private ResponsePath reader() {
        return Objects.requireNonNull(response, "response");
    }

    final void changesResponse(FieldChanges changes) {
        responseChanges = changes;
    }

    /** The final response's head as the application gets it; ownership of both passes. */
    final ByteBuf changed(ByteBuf head) {
        if (responseChanges.isEmpty()) {
            return head;
        }
        try {
            return Http1Changes.response(head, responseChanges, carrier.alloc());
        } finally {
            head.release();
        }
    }

    /** More of the request; takes ownership. */
    final void body(ByteBuf data) {
        bodyBegun = true;
        sent.add(data);
        copies.forEach(copy -> copy.add(data));
        if (ready && upstream != null) {
            upstream.write(data);
            upstream.flush();
            settleIfFull();
        } else {
            data.release();
        }
    }

    /** A copy that has the head: it gets the rest of the request, too. */
    final void copy(Http1Copy copy) {
        sent.rest(copy::add);
        if (requestEnded) {
            copy.requestEnded();
        }
        if (copies.isEmpty()) {
            copies = new ArrayList<>(1);
        }
        copies.add(copy);
    }

    /** No more of the request comes. */
    final void copiesOver() {
        copies.forEach(Http1Copy::requestOver);
        copies = List.of();
    }

    /** What is kept for a route's sake must not stop the request. */
    private void settleIfFull() {
        if (sent.isFull() && upstream != null && upstream.isOpened()) {
            sent.settle();
        }
    }

    /** The request has been read whole. */
    final void requestEnded() {
        requestEnded = true;
        copies.forEach(Http1Copy::requestEnded);
        if (response != null) {
            response.requestEnded();
        }
        if (answeredEarly) {
            uploaded(true, persists);
        }
    }

    /**
     * Whether the rest of the request comes although its response has passed. Whoever waits for 100 (Continue) may leave the body
     * out after a final response, and then what comes next could be read in two ways.
     */
    final boolean isComing() {
        return !requestEnded && !endpointEnded && (bodyBegun || !request.expectsContinue());
    }

    /** The response has passed whole, and the endpoint gets the rest of the request. */
    final void answeredEarly(boolean mayPersist) {
        answeredEarly = true;
        persists = mayPersist;
    }

    /** The application says no more. */
    final void applicationEnded() {
        if (answeredEarly) {
            uploaded(false, false);
        } else if (upstream != null && ready) {
            upstream.finish();
        }
    }

    /** Whether the application has got something of a response. */
    final boolean hasAnswered() {
        return response != null && response.hasPassed();
    }

    /** Whether the application has got something of the final response. */
    final boolean hasBegun() {
        return response != null && response.hasBegun();
    }

    final boolean hasRequestEnded() {
        return requestEnded;
    }

    /** Whether the application may say no more now. */
    final boolean mayEnd() {
        return requestEnded || answeredEarly || (response != null && response.isBytes());
    }

    /** Whether nothing of a response has come. */
    final boolean isUntouched() {
        return reader().isUntouched();
    }

    /** Whether more of the request can be taken. */
    final boolean takesMore() {
        return !sent.isFull() && (!ready || (upstream != null && upstream.writable()));
    }

    /** Bytes that are kept, and bytes that the endpoint has not taken. */
    final long held() {
        return sent.bytes() + (upstream == null ? 0 : upstream.queued()) + (response == null ? 0 : response.held());
    }

    /** The application takes more again. */
    final void resume() {
        if (upstream != null) {
            upstream.resume();
        }
    }

    @Override
    public final void ready() {
        ready = true;
        taken();
        Upstream to = current();
        carrier.accounts().uses(to);
        sent.repeat(to::write);
        to.flush();
        if (to.isOpened()) {
            opened();
        }
    }

    @Override
    public final void opened() {
        carrier.accounts().admitted();
        if (!request.isReplayable() && !keeps()) {
            sent.settle();
        }
        settleIfFull();
        carrier.updateReading();
    }

    @Override
    public final void received(ByteBuf data) {
        if (answeredEarly) { // it answers what was not asked
            data.release();
            uploaded(false, false);
            return;
        }
        if (!keeps()) {
            sent.settle();
        }
        reader().receive(data);
    }

    @Override
    public final boolean takes() {
        return carrier.takes();
    }

    @Override
    public final void writableAgain() {
        carrier.updateReading();
    }

    @Override
    public final void inputEnded() {
        ResponsePath reader = reader();
        if (answeredEarly) {
            uploaded(false, false);
        } else if (reader.isBytes()) {
            carrier.endpointEnded();
        } else if (reader.isUntouched()) {
            Upstream lost = current();
            lost.abort();
            lost(Refusal.of(Refusal.Code.BROKEN, "the endpoint ended the session without a response"), false, lost);
        } else {
            endpointEnded = true;
            reader.inputEnded();
        }
    }

    @Override
    public final void broken(Refusal refusal, boolean unseen) {
        if (answeredEarly) {
            uploaded(false, false);
        } else if (reader().isUntouched()) {
            lost(refusal, unseen, current());
        } else {
            fail(refusal);
        }
    }
}
