package dev.weft.proxy.exchange;

import dev.weft.proxy.http.Http1Request;
import dev.weft.proxy.http.Http1Rewrite;
import dev.weft.proxy.route.FieldChanges;
import dev.weft.proxy.session.Refusal;
import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The part of an {@link Exchange} that talks to the endpoint of the moment. Sent data is kept as long as it may have to
 * be sent to another endpoint. Belongs to one event loop.
 */
abstract class EndpointSide implements Upstream.User {
    final Http1Carrier carrier;
    final Http1Request request;
    final SentData sent;
    private @Nullable ResponsePath response;
    private @Nullable Upstream upstream;
    private List<Http1Copy> copies = List.of();
    private boolean ready;
    private FieldChanges responseChanges = FieldChanges.NONE;
    private boolean bodyBegun;
    private boolean requestEnded;
    /** Whether the endpoint ended its direction before its response had ended. */
    private boolean endpointEnded;
    /** Whether the whole response has passed, and the rest of the request still goes to the endpoint. */
    private boolean answeredEarly;
    /** Whether the connection may carry another request after that response. */
    private boolean persists;

    /** @param head the request's head; takes ownership */
    EndpointSide(Http1Carrier carrier, Http1Request request, ByteBuf head) {
        this.carrier = carrier;
        this.request = request;
        this.sent = new SentData(head);
    }

    /** Whether sent data is kept although an application may have seen it. */
    abstract boolean keeps();

    /** Called when the endpoint accepts the request. */
    abstract void taken();

    /** Called when the session was lost before any part of a response came. */
    abstract void lost(Refusal refusal, boolean unseen, Upstream lost);

    /** Called when a response has come, perhaps an interim one, and it cannot be completed. */
    abstract void fail(Refusal refusal);

    /**
     * Called when the request no longer needs its endpoint, after the response had passed before the request's end.
     *
     * @param whole whether the whole request was sent; if not, the endpoint or the application went away before its end
     * @param persists whether the connection may carry another request, by the response
     */
    abstract void uploaded(boolean whole, boolean persists);

    /** Creates the path of the response from the endpoint that has the request now. */
    abstract ResponsePath newResponse(boolean requestEnded);

    /** Gives the request to this session. */
    final void give(Upstream next) {
        response = newResponse(requestEnded);
        upstream = next;
        carrier.accounts.given(next);
        next.use(this);
        if (!next.isReused()) {
            next.start();
        }
    }

    /** Takes the request back from its endpoint. Returns its session, if there is one, which stays open. */
    final @Nullable Upstream takeBack() {
        if (response != null) {
            response.reader.close();
        }
        Upstream former = upstream;
        upstream = null;
        carrier.accounts.given(null);
        ready = false;
        return former;
    }

    final Upstream current() {
        return Objects.requireNonNull(upstream, "upstream");
    }

    private ResponsePath path() {
        return Objects.requireNonNull(response, "response");
    }

    final void changesResponse(FieldChanges changes) {
        responseChanges = changes;
    }

    /** Returns the final response's head as the application gets it; ownership of both passes. */
    final ByteBuf changed(ByteBuf head) {
        if (responseChanges.isEmpty()) {
            return head;
        }
        try {
            return Http1Rewrite.response(head, responseChanges, carrier.alloc());
        } finally {
            head.release();
        }
    }

    /** Sends more data of the request; takes ownership. */
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

    /** Adds a copy that already has the head: it gets the rest of the request, too. */
    final void copy(Http1Copy copy) {
        sent.rest(copy::add);
        if (requestEnded) {
            copy.requestEnded();
        }
        copies = Stream.concat(copies.stream(), Stream.of(copy)).toList();
    }

    /** Ends the copies: no more of the request comes. */
    final void copiesOver() {
        copies.forEach(Http1Copy::requestOver);
        copies = List.of();
    }

    /** Drops the kept data if it is full: keeping data for a route's retry must not block the request. */
    private void settleIfFull() {
        if (sent.isFull() && upstream != null && upstream.isOpened()) {
            sent.settle();
        }
    }

    /** Called when the whole request has been read. */
    final void requestEnded() {
        requestEnded = true;
        copies.forEach(Http1Copy::requestEnded);
        if (response != null) {
            response.reader.requestEnded();
        }
        if (answeredEarly) {
            uploaded(true, persists);
        }
    }

    /**
     * Whether the rest of the request still comes although its response has passed. A caller that waits for 100
     * (Continue) may leave out the body after a final response, and then the next bytes could be read in two ways.
     */
    final boolean isComing() {
        return !requestEnded && !endpointEnded && (bodyBegun || !request.expectsContinue());
    }

    /** Called when the whole response has passed, and the endpoint still gets the rest of the request. */
    final void answeredEarly(boolean mayPersist) {
        answeredEarly = true;
        persists = mayPersist;
    }

    /** Called when the application has ended its direction. */
    final void applicationEnded() {
        if (answeredEarly) {
            uploaded(false, false);
        } else if (upstream != null && ready) {
            upstream.finish();
        }
    }

    /** Whether the application has got any part of the final response, so that it can get no other. */
    final boolean hasBegun() {
        return response != null && response.hasBegun();
    }

    final boolean hasRequestEnded() {
        return requestEnded;
    }

    /** Whether another request may follow after an answer of the sidecar's own. */
    final boolean mayBeFollowed() {
        return requestEnded
                && request.persistsAfterOwnAnswer()
                && !carrier.accounts.session().draining();
    }

    /** Whether the application may end its direction now. */
    final boolean mayEnd() {
        return requestEnded || answeredEarly || (response != null && response.reader.isBytes());
    }

    /** Whether more of the request can be read. */
    final boolean takesMore() {
        return !sent.isFull() && (!ready || (upstream != null && upstream.writable()));
    }

    /** Returns how many bytes are kept or not taken yet by a receiver. */
    final long held() {
        int kept = request.held() + sent.held();
        return kept + (upstream == null ? 0 : upstream.queued()) + (response == null ? 0 : response.reader.held());
    }

    /** Called when the application takes more data again. */
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
        carrier.accounts.uses(to);
        sent.repeat(to::write);
        to.flush();
        if (to.isOpened()) {
            opened();
        }
    }

    @Override
    public final void opened() {
        carrier.accounts.admitted();
        if (!request.isReplayable() && !keeps()) {
            sent.settle();
        }
        settleIfFull();
        carrier.updateReading();
    }

    @Override
    public final void received(ByteBuf data) {
        if (answeredEarly) { // data after the response's end answers no request
            data.release();
            uploaded(false, false);
            return;
        }
        if (!keeps()) {
            sent.settle();
        }
        path().reader.receive(data);
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
        ResponsePath path = path();
        if (answeredEarly) {
            uploaded(false, false);
        } else if (path.reader.isBytes()) {
            carrier.endpointEnded();
        } else if (path.isUntouched()) {
            Upstream lost = current();
            lost.abort();
            lost(Refusal.of(Refusal.Code.BROKEN, "the endpoint ended the session without a response"), false, lost);
        } else {
            endpointEnded = true;
            path.reader.inputEnded();
        }
    }

    @Override
    public final void broken(Refusal refusal, boolean unseen) {
        if (answeredEarly) {
            uploaded(false, false);
        } else if (path().isUntouched()) {
            lost(refusal, unseen, current());
        } else {
            fail(refusal);
        }
    }
}
