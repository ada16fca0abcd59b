package dev.weft.proxy.http;

import dev.weft.policy.decide.Decision;
import dev.weft.policy.request.HttpRequest;
import dev.weft.proxy.http.GateRefusal.Code;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.concurrent.Ticker;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** The direction from the caller to the application: reads one request after the other, and has each judged. */
final class Http1Requests {
    private static final int FORBIDDEN = 403;

    private enum State {
        HEAD,
        BODY,
        /** After 101 (Switching Protocols): bytes of another protocol. */
        BYTES,
        /** Nothing that comes means anything any more. */
        DROP
    }

    private final Http1Gate gate;
    private final Http1Exchanges exchanges;
    private final Http1Limits limits;
    private final ByteBufAllocator alloc;
    private final RequestJudge judge;
    private final Ticker ticker;
    private final Http1Section section;
    private final Http1Body body;
    private final Http1Run run;
    private State state = State.HEAD;
    /** The request whose body is read. */
    private @Nullable Http1Exchange current;
    /** What came while the gate was full; null if nothing did. */
    private @Nullable Deque<ByteBuf> waiting;

    private int waitingBytes;
    private int dropped;
    private boolean reading;
    private boolean paused;
    private boolean ended;
    private boolean skippedEmptyLine;
    private boolean noMore;

    Http1Requests(
            Http1Gate gate,
            Http1Exchanges exchanges,
            Http1Limits limits,
            ByteBufAllocator alloc,
            RequestJudge judge,
            Ticker ticker) {
        this.gate = gate;
        this.exchanges = exchanges;
        this.limits = limits;
        this.alloc = alloc;
        this.judge = judge;
        this.ticker = ticker;
        this.section = new Http1Section(limits.requestLine(), limits.head(), limits.fields() + 1);
        this.body = new Http1Body(limits, alloc);
        this.run = new Http1Run(gate::toApplication);
    }

    void receive(ByteBuf data) {
        if (waiting != null || blocked()) {
            keep(data, false);
        } else {
            read(data);
        }
        paused = full();
    }

    /** Reads on where the gate was full and is not any more. */
    void resume() {
        while (!reading && waiting != null && !gate.over() && !blocked()) {
            ByteBuf data = waiting.removeFirst();
            waitingBytes -= data.readableBytes();
            if (waiting.isEmpty()) {
                waiting = null;
            }
            read(data);
        }
        if (gate.over()) {
            return;
        }
        if (ended && waiting == null) {
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
        if (waiting != null) {
            ended = true;
        } else if (state == State.HEAD && section.count() > 0) {
            violated(GateRefusal.of(Code.MALFORMED, "the caller ended within a head"));
        } else {
            if (state == State.BYTES && current != null) {
                current.requestDone = true;
            }
            gate.finishApplication();
        }
    }

    boolean full() {
        return waiting != null || blocked();
    }

    private boolean blocked() {
        return state == State.HEAD && exchanges.full();
    }

    private void keep(ByteBuf data, boolean first) {
        if (waiting == null) {
            waiting = new ArrayDeque<>(2);
        }
        waitingBytes += data.readableBytes();
        if (first) {
            waiting.addFirst(data);
        } else {
            waiting.addLast(data);
        }
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
        } catch (Http1Violation e) {
            violation = e.refusal();
        }
        if (violation != null) {
            run.endAtMark();
            violated(violation);
        } else if (data.isReadable() && !gate.over()) {
            keep(run.rest(data), true);
        } else {
            run.end();
        }
        reading = false;
    }

    private void step(ByteBuf data) throws Http1Violation {
        switch (state) {
            case HEAD -> head(data);
            case BODY -> body(data);
            case BYTES -> {
                if (current != null) {
                    current.requestBytes += data.readableBytes();
                }
                data.skipBytes(data.readableBytes());
            }
            case DROP -> {
                run.pass();
                data.skipBytes(data.readableBytes());
                run.skip();
            }
        }
    }

    private void head(ByteBuf data) throws Http1Violation {
        int start = data.readerIndex();
        Http1Section.Outcome outcome = section.take(data);
        if (section.inFirstLine() && outcome != Http1Section.Outcome.EMPTY) {
            Http1RequestLine.checkMethod(section.bytes(), section.count());
        }
        switch (outcome) {
            case INCOMPLETE -> leaveOut(start);
            case EMPTY -> {
                if (skippedEmptyLine) {
                    throw new Http1Violation(Code.MALFORMED, "several empty lines before a request");
                }
                skippedEmptyLine = true; // RFC 9112 section 2.2
                section.clear();
                leaveOut(start);
            }
            case COMPLETE -> request(start);
            case BARE_LF -> throw new Http1Violation(Code.MALFORMED, "a line feed without a carriage return");
            case LONG_FIRST_LINE ->
                throw new Http1Violation(
                        Code.LINE_TOO_LONG, "a request line of more than " + limits.requestLine() + " octets");
            case TOO_LARGE ->
                throw new Http1Violation(Code.HEAD_TOO_LARGE, "a head of more than " + limits.head() + " octets");
            case TOO_MANY_LINES ->
                throw new Http1Violation(Code.HEAD_TOO_LARGE, "a head of more than " + limits.fields() + " fields");
        }
    }

    private void leaveOut(int start) {
        run.passTo(start);
        run.skip();
    }

    private void request(int start) throws Http1Violation {
        Http1RequestHead head = Http1RequestHead.read(section.bytes(), section.count());
        boolean whole = section.whole();
        section.clear();
        skippedEmptyLine = false;
        HttpRequest request = head.request();
        Decision decision = judge.judge(request);
        Http1Exchange exchange = new Http1Exchange(head, request, decision, ticker.nanoTime());
        if (head.framing().chunked()) {
            body.chunked();
        } else {
            body.length(head.framing().length());
        }
        current = exchange;
        state = State.BODY;
        if (!decision.allowed()) {
            leaveOut(start);
            denied(exchange);
            return;
        }
        exchanges.add(exchange);
        String clientId = judge.clientId();
        if (!whole || Http1Rewrite.isNeeded(head, clientId)) {
            leaveOut(start);
            run.insert(Http1Rewrite.of(head, clientId, alloc));
        }
        if (body.done()) {
            bodyEnded(exchange);
        }
    }

    private void denied(Http1Exchange exchange) {
        exchange.answer = new GateRefusal(exchange.decision.code().text(), FORBIDDEN, judge.reason(exchange.decision));
        boolean bodyless = body.done();
        // A caller that waits for 100 (Continue) may or may not send the body after a final response.
        exchange.ends = !exchange.persists
                || exchange.http10
                || (exchange.expectsContinue && !bodyless)
                || (!body.isChunked() && body.left() > limits.deniedBody());
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

    private void body(ByteBuf data) throws Http1Violation {
        Http1Exchange exchange = current;
        if (exchange == null) {
            throw new IllegalStateException("a body of no request");
        }
        int before = data.readerIndex();
        body.take(data, run);
        int octets = data.readerIndex() - before;
        exchange.requestBytes += octets;
        exchange.bodyBegun |= octets > 0;
        dropped = exchange.answer == null ? 0 : dropped + octets;
        if (dropped > limits.deniedBody()) {
            violated(GateRefusal.of(
                    Code.DENIED_BODY, "the body of a denied request is longer than " + limits.deniedBody()));
        } else if (body.done()) {
            bodyEnded(exchange);
        }
    }

    private void bodyEnded(Http1Exchange exchange) {
        run.drop(false);
        exchange.requestDone = true;
        current = null;
        state = exchange.persists && !noMore ? State.HEAD : State.DROP;
        if (exchange.responseDone) {
            gate.tell(exchange);
        }
    }

    /** The caller broke a rule: its connection ends as soon as all requests before were answered. */
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

    /** The application answers no more requests; the body of the present one may still pass. */
    void noMore() {
        noMore = true;
        if (state == State.HEAD) {
            stop();
        }
    }

    /** Nothing that the caller sends passes any more. */
    void stop() {
        run.drop(false);
        state = State.DROP;
        release();
    }

    /** Whether the request that offered an upgrade has been read whole, and nothing was read after it. */
    boolean mayBecomeBytes() {
        return state == State.HEAD && section.count() == 0;
    }

    /** The application has switched protocols. */
    void becomeBytes(Http1Exchange exchange) {
        state = State.BYTES;
        current = exchange;
    }

    /** The request whose body is read, or with which the protocol was switched. */
    @Nullable
    Http1Exchange current() {
        return current;
    }

    int held() {
        return section.count() + body.held() + waitingBytes;
    }

    void release() {
        section.clear();
        body.release();
        if (waiting != null) {
            waiting.forEach(ByteBuf::release);
            waiting = null;
            waitingBytes = 0;
        }
    }
}
