package dev.weft.proxy.http;

import io.netty.buffer.ByteBufAllocator;
import io.netty.util.concurrent.Ticker;

/** The HTTP version that a caller speaks on a connection. */
public enum Protocol {
    HTTP1("http/1.1"),
    /** HTTP/2 with prior knowledge, without TLS of its own (RFC 9113 section 3.3). */
    HTTP2("http/2");

    private final String text;

    Protocol(String text) {
        this.text = text;
    }

    /** Returns the name in metrics and logs. */
    public String text() {
        return text;
    }

    /** Makes a gate for one connection with this protocol. */
    public HttpGate gate(RequestJudge judge, GateOutput out) {
        return switch (this) {
            case HTTP1 ->
                new Http1Gate(ByteBufAllocator.DEFAULT, judge, out, Ticker.systemTicker(), Http1Gate.MOST_OPEN);
            case HTTP2 -> new Http2Gate(judge, out, Ticker.systemTicker());
        };
    }
}
