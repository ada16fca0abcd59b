package dev.weft.proxy.http;

import dev.weft.proxy.http.GateRefusal.Code;
import io.netty.buffer.ByteBuf;

/**
 * The direction from the application to the caller: finds where each response ends, and to which request it belongs.
 */
final class Http1Responses {
    private enum State {
        HEAD,
        BODY,
        /** After 101 (Switching Protocols), or after CONNECT: bytes of another protocol. */
        BYTES,
        /** The last response has ended. */
        CLOSED
    }

    private final Http1Gate gate;
    private final Http1Exchanges exchanges;
    private final Http1Requests requests;
    private final Http1Section section;
    private final Http1Body body;
    private final Http1Run run;
    private State state = State.HEAD;
    private boolean last;
    private boolean bodyNotAskedFor;

    Http1Responses(Http1Gate gate, Http1Exchanges exchanges, Http1Requests requests) {
        this.gate = gate;
        this.exchanges = exchanges;
        this.requests = requests;
        this.section = Http1Section.ofHead(gate.judge.heads());
        this.body = new Http1Body(gate.judge.heads(), gate.alloc);
        this.run = new Http1Run(gate::toCaller);
    }

    void receive(ByteBuf data) {
        GateRefusal violation = null;
        run.begin(data);
        try {
            while (data.isReadable() && !gate.over()) {
                step(data);
                run.mark();
            }
        } catch (UnacceptableException e) {
            violation = e.refusal();
        }
        if (violation == null) {
            run.end();
        } else {
            run.endAtMark();
            violated(violation);
        }
    }

    /** The application has ended its direction. */
    void end() {
        Http1Exchange exchange = exchanges.first();
        if ((state == State.HEAD && section.count() > 0) || (state == State.BODY && !body.isUntilEnd())) {
            violated(GateRefusal.of(Code.RESPONSE, "the application ended within a response"));
            return;
        }
        if (state == State.BODY && exchange != null) {
            body.length(0);
            ended(exchange);
        } else if (state == State.BYTES && exchange != null) {
            exchange.responseDone = true;
        }
        if (!gate.over()) {
            if (state != State.BYTES) {
                close();
            }
            gate.finishCaller();
        }
    }

    private void step(ByteBuf data) throws UnacceptableException {
        Http1Exchange exchange = exchanges.first();
        if (exchange == null || state == State.CLOSED) {
            throw new UnacceptableException(Code.UNASKED, "the application sent a response without a request");
        }
        int before = data.readerIndex();
        switch (state) {
            case HEAD -> head(data, exchange);
            case BODY -> body.take(data, run);
            case BYTES, CLOSED -> data.skipBytes(data.readableBytes());
        }
        exchange.responseBytes += data.readerIndex() - before;
        if (state == State.BODY && body.done()) {
            ended(exchange);
        }
    }

    private void head(ByteBuf data, Http1Exchange exchange) throws UnacceptableException {
        int start = data.readerIndex();
        Http1ResponseHead head = Http1ResponseHead.take(section, data);
        if (head == null) {
            run.leaveOutFrom(start);
            return;
        }
        head(head, exchange);
        boolean lastOfAll = state == State.BODY && gate.endsWithThis();
        if (lastOfAll) {
            requests.noMore(); // what waited for the answer to an upgrade
        }
        if (lastOfAll && !last) {
            last = true;
            run.leaveOutFrom(start);
            run.insert(Http1Rewrite.closing(section.bytes(), section.count(), gate.alloc));
        } else if (!section.whole()) {
            run.skip();
            run.insert(gate.alloc.ioBuffer(section.count()).writeBytes(section.bytes(), 0, section.count()));
        }
        section.clear();
    }

    private void head(Http1ResponseHead head, Http1Exchange exchange) throws UnacceptableException {
        if (head.isInterim()) {
            interim(head, exchange);
            return;
        }
        if (head.isSuccessful() && exchange.awaitsTunnel()) {
            becomeBytes(head, exchange); // whatever length the head states (RFC 9112 section 6.3)
            return;
        }
        if (exchange.head.http10() && head.chunked()) {
            throw new UnacceptableException(Code.RESPONSE, "a transfer coding for a caller of HTTP/1.0");
        }
        exchange.status = head.status();
        exchange.responseBegun = true;
        head.frame(body, exchange.isHead());
        state = State.BODY;
        last = !head.persists() || body.isUntilEnd();
        if (exchange.answeredInsteadOfContinue()) {
            bodyNotAskedFor = true;
            requests.stop();
        }
        if (exchange.head.isConnect() && !exchange.head.persists()) {
            requests.noMore(); // it was read on in case of a tunnel
        }
    }

    private void interim(Http1ResponseHead head, Http1Exchange exchange) throws UnacceptableException {
        if (exchange.head.http10()) {
            throw new UnacceptableException(Code.RESPONSE, "an interim response for a caller of HTTP/1.0");
        }
        if (head.status() == Http1ResponseHead.SWITCHING_PROTOCOLS) {
            if (!exchange.awaitsUpgrade()) {
                throw unasked();
            }
            becomeBytes(head, exchange);
        }
        exchange.continued |= head.status() == Http1ResponseHead.CONTINUE;
    }

    private void becomeBytes(Http1ResponseHead head, Http1Exchange exchange) throws UnacceptableException {
        if (!exchange.requestDone || !requests.mayBecomeBytes()) {
            throw unasked();
        }
        exchange.status = head.status();
        exchange.responseBegun = true;
        exchange.requestDone = false;
        state = State.BYTES;
        requests.becomeBytes(exchange);
    }

    private static UnacceptableException unasked() {
        return new UnacceptableException(Code.RESPONSE, "the application switched protocols unasked");
    }

    /** Handles the end of a final response. */
    private void ended(Http1Exchange exchange) {
        run.pass();
        var _ = exchanges.removeFirst();
        exchange.responseDone = true;
        if (exchange.requestDone) {
            gate.tell(exchange);
        }
        if (bodyNotAskedFor) {
            gate.refuse(GateRefusal.of(
                    Code.BODY_NOT_ASKED_FOR, "the application answered a request that waited for 100 (Continue)"));
        } else if (last) {
            close();
            gate.endIfDone();
        } else {
            state = State.HEAD;
            gate.advance();
        }
    }

    /** Closes the direction: no further response is expected. */
    private void close() {
        state = State.CLOSED;
        requests.noMore();
        gate.abandonAll();
    }

    /** Handles a response that cannot be framed, whether its head or its body is wrong. */
    private void violated(GateRefusal refusal) {
        boolean unasked = refusal.code().equals(Code.UNASKED.text());
        GateRefusal why =
                unasked ? refusal : GateRefusal.of(Code.RESPONSE, "the response cannot be framed: " + refusal.reason());
        Http1Exchange exchange = exchanges.first();
        if (exchange == null || unasked) {
            gate.refuse(why);
        } else {
            exchange.answer = why;
            exchange.ends = true;
            gate.advance();
        }
    }

    int held() {
        return section.held() + body.held();
    }

    void release() {
        section.clear();
        body.release();
    }
}
