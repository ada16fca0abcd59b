package dev.weft.proxy.http;

import dev.weft.policy.decide.Decision;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.concurrent.Ticker;
import org.jspecify.annotations.Nullable;

/**
 * The gate for HTTP/1.1 and HTTP/1.0 (RFC 9112). It follows the framing of both directions strictly, so it knows for
 * each byte to which request or response the byte belongs. It refuses messages that another reader could frame
 * differently. Heads pass as they came, except for {@code weft-client-id}; bodies pass unbuffered. Responses keep the
 * order of their requests. An answer of the gate itself waits for its place in that order.
 */
public final class Http1Gate implements HttpGate {
    /** Most requests of one connection whose responses have not ended. */
    static final int MOST_OPEN = 64;

    final ByteBufAllocator alloc;
    final RequestJudge judge;
    private final GateOutput output;
    final Ticker ticker;
    private final Http1Exchanges exchanges;
    private final Http1Requests requests;
    private final Http1Responses responses;
    /** The answer that ends the connection, once the earlier requests have been answered. */
    private @Nullable GateRefusal ending;

    private boolean draining;
    private boolean over;
    private boolean applicationFinished;
    private boolean callerFinished;

    /**
     * Makes a gate for one connection.
     *
     * @param ticker the clock that times requests
     * @param mostOpen requests that wait for their responses; at this number the gate stops reading the caller
     */
    public Http1Gate(ByteBufAllocator alloc, RequestJudge judge, GateOutput output, Ticker ticker, int mostOpen) {
        this.alloc = alloc;
        this.judge = judge;
        this.output = output;
        this.ticker = ticker;
        this.exchanges = new Http1Exchanges(mostOpen, judge.heads().octets());
        this.requests = new Http1Requests(this, exchanges);
        this.responses = new Http1Responses(this, exchanges, requests);
    }

    @Override
    public void request(ByteBuf data) {
        if (over) {
            data.release();
        } else {
            requests.receive(data);
        }
    }

    @Override
    public void requestEnded() {
        if (!over) {
            requests.end();
        }
    }

    @Override
    public void response(ByteBuf data) {
        if (over) {
            data.release();
            return;
        }
        responses.receive(data);
        requests.resume();
    }

    @Override
    public void responseEnded() {
        if (!over) {
            responses.end();
            requests.resume();
        }
    }

    @Override
    public void judgeAgain() {
        if (over) {
            return;
        }
        boolean stop = false;
        for (Http1Exchange exchange : exchanges.all()) {
            GateRefusal why = exchange.answer == null ? deniedNow(exchange) : null;
            if (why != null && !exchange.responseDone) {
                exchange.answer = why;
                exchange.ends = true;
            }
            stop |= why != null;
        }
        Http1Exchange current = requests.current;
        GateRefusal denial = null;
        if (current != null && current.responseDone && current.answer == null) {
            denial = deniedNow(current);
        }
        if (denial != null) {
            refuse(denial);
        } else if (stop) {
            requests.stop();
            advance();
        }
    }

    /** Returns why an open request is no longer allowed; null if it is. */
    private @Nullable GateRefusal deniedNow(Http1Exchange exchange) {
        if (!exchange.head.hasOneMeaning() && judge.strict()) {
            return GateRefusal.unjudged();
        }
        exchange.decision = judge.judgeAgain(exchange.request);
        return exchange.decision.allowed() ? null : denial(exchange);
    }

    /** Returns why a request that was judged does not pass; null if it does. */
    @Nullable
    GateRefusal notPassing(Http1Exchange exchange) {
        if (!exchange.decision.allowed()) {
            return denial(exchange);
        }
        return !exchange.head.hasOneMeaning() && judge.strict() ? GateRefusal.unjudged() : null;
    }

    /** Returns the answer to a denied request. */
    GateRefusal denial(Http1Exchange exchange) {
        Decision decision = exchange.decision;
        return new GateRefusal(decision.code().text(), Denial.status(decision), judge.reason(decision));
    }

    @Override
    public void drain() {
        if (!over && !draining) {
            draining = true;
            requests.drain();
            requests.resume();
            endIfDone();
        }
    }

    /** Whether no request follows the one whose response is next. */
    boolean isLast() {
        return draining && exchanges.isLast() && !requests.isWaiting();
    }

    /**
     * Whether the connection ends with the response whose head has come. A caller that waits for each response learns
     * it before it sends another request, so none is lost.
     */
    boolean endsWithThis() {
        draining |= output.leaves() && exchanges.isLast() && requests.held() == 0;
        return isLast();
    }

    /** Ends both directions of a draining connection after the last request and its response. */
    void endIfDone() {
        if (draining && !over && exchanges.first() == null && requests.done()) {
            finishCaller();
            finishApplication();
            over = true;
            release();
        }
    }

    @Override
    public void close() {
        if (!over) {
            over = true;
            release();
        }
    }

    @Override
    public int held() {
        return over ? 0 : requests.held() + responses.held() + exchanges.held();
    }

    @Override
    public boolean full() {
        return !over && requests.full();
    }

    boolean over() {
        return over;
    }

    void toApplication(ByteBuf data) {
        if (over) {
            data.release();
        } else {
            output.toApplication(data);
        }
    }

    void toCaller(ByteBuf data) {
        if (over) {
            data.release();
        } else {
            output.toCaller(data);
        }
    }

    void finishApplication() {
        if (!over && !applicationFinished) {
            applicationFinished = true;
            output.finishApplication();
        }
    }

    void finishCaller() {
        if (!over && !callerFinished) {
            callerFinished = true;
            output.finishCaller();
        }
    }

    void resumeCaller() {
        output.resumeCaller();
    }

    /** Sends the gate's own answers whose turn it is. */
    void advance() {
        while (!over) {
            Http1Exchange exchange = exchanges.first();
            if (exchange == null) {
                if (ending != null) {
                    toCaller(Http1LocalResponses.of(ending, true, false, alloc));
                    refuse(ending);
                }
                endIfDone();
                return;
            }
            GateRefusal answer = exchange.answer;
            if (answer == null) {
                return;
            }
            answer(exchange, answer);
        }
    }

    private void answer(Http1Exchange exchange, GateRefusal answer) {
        if (!exchange.responseBegun) {
            boolean last = exchange.ends || isLast();
            ByteBuf response = Http1LocalResponses.of(answer, last, exchange.isHead(), alloc);
            exchange.status = answer.status();
            exchange.responseBytes += response.readableBytes();
            exchange.responseDone = true;
            toCaller(response);
        }
        if (exchange.ends) {
            refuse(answer);
            return;
        }
        var _ = exchanges.removeFirst();
        if (exchange.requestDone) {
            tell(exchange);
        }
    }

    /** Ends the connection with this answer to an unreadable request, once all open requests are answered. */
    void endAfterAll(GateRefusal refusal) {
        ending = refusal;
        advance();
    }

    /** Reports all open requests as ended: they get no answer any more. */
    void abandonAll() {
        ending = null;
        for (Http1Exchange gone = exchanges.removeFirst(); gone != null; gone = exchanges.removeFirst()) {
            tell(gone);
        }
    }

    void tell(Http1Exchange exchange) {
        exchange.tell(judge, ticker.nanoTime());
    }

    /** Breaks off the connection, once all bytes for the caller have left. */
    void refuse(GateRefusal why) {
        if (!over) {
            over = true;
            release();
            output.refuse(why);
        }
    }

    private void release() {
        Http1Exchange current = requests.current;
        abandonAll();
        if (current != null) {
            tell(current);
        }
        requests.release();
        responses.release();
    }
}
