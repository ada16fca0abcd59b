package dev.weft.proxy.exchange;

import dev.weft.proxy.http.Denial;
import dev.weft.proxy.http.GateRefusal;
import dev.weft.proxy.http.Http1Closing;
import dev.weft.proxy.http.Http1ResponseReader;
import dev.weft.proxy.settings.HeadLimits;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/** Passes one response from an endpoint to the application. Belongs to one event loop. */
final class ResponsePath implements Http1ResponseReader.Listener {
    private static final int SWITCHING_PROTOCOLS = 101;
    private static final int FIRST_FINAL = 200;
    private static final int UNAVAILABLE = 503;
    /**
     * The header of a sidecar's answer when its workload has too many requests. An application that sends it only harms
     * itself.
     */
    private static final ByteBuf SHED = Unpooled.unreleasableBuffer(
            Unpooled.copiedBuffer("\r\nweft-code: WEFT-H080\r\n", StandardCharsets.US_ASCII));

    private final Exchange exchange;
    private final Http1Carrier carrier;
    private final Http1ResponseReader reader;
    private boolean passed;
    private boolean begun;

    /**
     * @param heads how large the head of the response may be
     * @param requestEnded whether the whole request has been read already
     */
    ResponsePath(Exchange exchange, Http1Carrier carrier, HeadLimits heads, boolean requestEnded) {
        this.exchange = exchange;
        this.carrier = carrier;
        this.reader = new Http1ResponseReader(exchange.request(), carrier.alloc(), heads, this);
        if (requestEnded) {
            reader.requestEnded();
        }
    }

    void requestEnded() {
        reader.requestEnded();
    }

    void receive(ByteBuf data) {
        reader.receive(data);
    }

    void inputEnded() {
        reader.inputEnded();
    }

    /** Whether no byte of the response has come. */
    boolean isUntouched() {
        return !passed && reader.isUntouched();
    }

    /** Whether the application has got the head of the final response, or the protocol was switched. */
    boolean hasBegun() {
        return begun;
    }

    boolean isBytes() {
        return reader.isBytes();
    }

    int held() {
        return reader.held();
    }

    void close() {
        reader.close();
    }

    @Override
    public void responseHead(int status, ByteBuf head) {
        if (status >= FIRST_FINAL) {
            finalHead(status, head);
            return;
        }
        passed = true;
        carrier.respond(head);
        if (status == SWITCHING_PROTOCOLS) {
            begun = true;
            exchange.switched(status);
        }
    }

    private void finalHead(int status, ByteBuf head) {
        boolean unavailable = status == UNAVAILABLE;
        long pause = unavailable || status == Denial.TOO_MANY_REQUESTS ? RetryAfterField.of(head) : 0;
        if (!exchange.answered(status, unavailable && ByteBufUtil.indexOf(SHED, head) >= 0, pause)) {
            head.release();
            return;
        }
        passed = true;
        begun = true;
        ByteBuf changed = exchange.changed(head);
        carrier.respond(carrier.accounts().draining() ? Http1Closing.of(changed, carrier.alloc()) : changed);
    }

    @Override
    public void responseBody(ByteBuf data) {
        carrier.respond(data);
    }

    @Override
    public void responseEnded(boolean persists, boolean clean) {
        exchange.ended(persists, clean);
    }

    @Override
    public void malformedResponse(GateRefusal why) {
        exchange.malformed(why);
    }
}
