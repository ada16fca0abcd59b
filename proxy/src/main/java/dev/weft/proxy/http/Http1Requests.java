package dev.weft.proxy.http;

import dev.weft.policy.decide.Decision;
import dev.weft.policy.request.HttpRequest;
import dev.weft.proxy.http.GateRefusal.Code;
import dev.weft.proxy.pieces.PieceQueue;
import io.netty.buffer.ByteBuf;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The direction from the caller to the application: reads one request after another, and has each judged. */
final class Http1Requests {
    /** Octets of a denied request's body that are read and dropped to keep the connection. */
    private static final int MOST_DROPPED = 64 * 1024;

    private final Http1Gate gate;
    private final Http1Exchanges exchanges;
    private final Http1HeadReader heads;
    private final PieceQueue waiting = new PieceQueue();
    private final Http1Body body;
    private final Http1Run run;
    private int dropped;
    private boolean reading, paused, ended, noMore;
    private Http1RequestState state = Http1RequestState.HEAD;
    /** The request whose body is being read, or which switched the protocol. */
    @Nullable
    Http1Exchange current;

    Http1Requests(Http1Gate gate, Http1Exchanges exchanges) {
        this.gate = gate;
        this.exchanges = exchanges;
        this.heads = new Http1HeadReader(gate.judge.heads(), gate.judge.passesConnect(), gate.judge::lenient);
        this.body = new Http1Body(gate.judge.heads(), gate.alloc);
        this.run = new Http1Run(gate::toApplication);
    }

    void receive(ByteBuf data) {
        if (!waiting.isEmpty() || blocked()) {
            waiting.addLast(data);
        } else {
            read(data);
        }
        paused = full();
    }

    /** Continues to read once the gate is no longer full. */
    void resume() {
        while (!reading && !gate.over() && !blocked()) {
            ByteBuf data = waiting.poll();
            if (data == null) {
                break;
            }
            read(data);
        }
        if (gate.over()) {
            return;
        }
        if (ended && waiting.isEmpty() && state != Http1RequestState.WAITING) {
            ended = false;
            end();
        }
        if (paused && !full() && !gate.over()) {
            paused = false;
            gate.resumeCaller();
        }
    }

    /** The caller has ended its direction. */
    void end() {
        if (!waiting.isEmpty() || state == Http1RequestState.WAITING) {
            ended = true;
        } else if (state == Http1RequestState.HEAD && heads.within()) {
            violated(GateRefusal.of(Code.MALFORMED, "the caller ended within a head"));
        } else {
            if (state == Http1RequestState.BYTES && current != null) {
                current.requestDone = true;
            }
            gate.finishApplication();
        }
    }

    boolean full() {
        return !waiting.isEmpty() || blocked();
    }

    private boolean blocked() {
        return state == Http1RequestState.WAITING || (state == Http1RequestState.HEAD && exchanges.full());
    }

    private void read(ByteBuf data) {
        reading = true;
        GateRefusal violation = null;
        run.begin(data);
        try {
            while (data.isReadable() && !gate.over() && !blocked()) {
                step(data);
                run.mark();
            }
        } catch (UnacceptableException e) {
            violation = e.refusal();
        } catch (RuntimeException | OutOfMemoryError e) { // what was read is not judged, so nothing of it passes
            run.endAtMark();
            stop();
            throw e;
        }
        if (violation != null) {
            run.endAtMark();
            violated(violation);
        } else if (data.isReadable() && !gate.over()) {
            waiting.addFirst(run.rest(data));
        } else {
            run.end();
        }
        reading = false;
    }

    private void step(ByteBuf data) throws UnacceptableException {
        switch (state) {
            case HEAD -> {
                int start = data.readerIndex();
                Http1RequestHead head = heads.take(data, run);
                if (head != null) {
                    request(head, start);
                }
            }
            case BODY -> body(data);
            case WAITING -> throw new IllegalStateException("read while a request waits");
            case BYTES -> {
                Objects.requireNonNull(current, "of no request").requestBytes += data.readableBytes();
                data.skipBytes(data.readableBytes());
            }
            case DROP -> {
                run.pass();
                data.skipBytes(data.readableBytes());
                run.skip();
            }
        }
    }

    private void request(Http1RequestHead head, int start) {
        HttpRequest request = head.request();
        Decision decision = gate.judge.judge(request);
        Http1Exchange exchange = new Http1Exchange(head, request, decision, gate.ticker.nanoTime());
        body.of(head.framing);
        current = exchange;
        state = Http1RequestState.BODY;
        if (!decision.allowed()) {
            run.leaveOutFrom(start);
            if (gate.judge.waits(request, decision, later -> waited(exchange, head, later))) {
                state = Http1RequestState.WAITING;
            } else {
                denied(exchange, gate.denial(exchange));
            }
            return;
        }
        exchanges.add(exchange);
        String clientId = gate.judge.clientId();
        if (!heads.whole() || Http1Rewrite.isNeeded(head, clientId)) {
            run.leaveOutFrom(start);
            run.insert(Http1Rewrite.forApplication(head, clientId, gate.alloc));
        }
        if (body.done()) {
            bodyEnded(exchange);
        }
    }

    /** The waiting request may begin now, or is denied after all. */
    private void waited(Http1Exchange exchange, Http1RequestHead head, Decision decision) {
        state = Http1RequestState.BODY;
        exchange.decision = decision;
        GateRefusal why = gate.notPassing(exchange); // policy may be stricter than when it came
        if (why != null) {
            denied(exchange, why);
        } else {
            exchanges.add(exchange);
            gate.toApplication(Http1Rewrite.forApplication(head, gate.judge.clientId(), gate.alloc));
            if (body.done()) {
                bodyEnded(exchange);
            }
        }
        resume();
    }

    private void denied(Http1Exchange exchange, GateRefusal why) {
        exchange.answer = why;
        boolean bodyless = body.done();
        exchange.ends = gate.judge.partlyPassed() || exchange.endsIfDenied(body, MOST_DROPPED);
        exchanges.add(exchange);
        dropped = 0;
        if (exchange.ends) {
            exchange.requestDone = bodyless;
            stop();
        } else if (bodyless) {
            bodyEnded(exchange);
        } else {
            run.drop(true);
        }
        gate.advance();
    }

    private void body(ByteBuf data) throws UnacceptableException {
        Http1Exchange exchange = Objects.requireNonNull(current, "a body of no request");
        int before = data.readerIndex();
        body.take(data, run);
        int octets = data.readerIndex() - before;
        exchange.requestBytes += octets;
        exchange.bodyBegun |= octets > 0;
        dropped = exchange.answer == null ? 0 : dropped + octets;
        if (dropped > MOST_DROPPED) {
            violated(GateRefusal.of(Code.DENIED_BODY, "the body of a denied request is longer than " + MOST_DROPPED));
        } else if (body.done()) {
            bodyEnded(exchange);
        }
    }

    private void bodyEnded(Http1Exchange exchange) {
        run.drop(false);
        exchange.requestDone = true;
        current = null;
        state = exchanges.mayFollow(exchange, noMore) ? Http1RequestState.HEAD : Http1RequestState.DROP;
        if (exchange.responseDone) {
            gate.tell(exchange);
            gate.endIfDone();
        }
    }

    /** The caller broke a rule: its connection ends as soon as all earlier requests are answered. */
    private void violated(GateRefusal refusal) {
        Http1Exchange exchange = current;
        stop();
        if (exchange == null) {
            gate.endAfterAll(refusal);
        } else if (exchange.responseDone) {
            gate.refuse(refusal);
        } else {
            if (exchange.answer == null) {
                exchange.answer = refusal;
            }
            exchange.ends = true;
            gate.advance();
        }
    }

    /** The application answers no more requests; the body of the current request may still pass. */
    void noMore() {
        noMore = true;
        if (state == Http1RequestState.HEAD || state == Http1RequestState.WAITING) {
            stop();
        }
    }

    /** No request begins any more, except the one whose head is being read while nothing else is open. */
    void drain() {
        noMore = true;
        boolean begins = heads.within() && exchanges.first() == null;
        if (state == Http1RequestState.HEAD && !begins && !exchanges.awaitsOtherProtocol()) {
            stop();
        }
    }

    /** Whether the last request has been read. */
    boolean done() {
        return state == Http1RequestState.DROP && current == null;
    }

    boolean isWaiting() {
        return state == Http1RequestState.WAITING;
    }

    /** No byte of the caller passes any more. */
    void stop() {
        if (isWaiting() && current != null) { // otherwise it might get a place that nobody gives back
            gate.tell(current);
            current = null;
        }
        run.drop(false);
        state = Http1RequestState.DROP;
        release();
    }

    /** Whether the request for another protocol has been read completely, and nothing after it. */
    boolean mayBecomeBytes() {
        return state == Http1RequestState.HEAD && !heads.within();
    }

    void becomeBytes(Http1Exchange exchange) {
        state = Http1RequestState.BYTES;
        current = exchange;
    }

    int held() {
        return (isWaiting() && current != null ? current.held() : 0) + heads.held() + body.held() + waiting.held();
    }

    void release() {
        heads.clear();
        body.release();
        waiting.release();
    }
}
