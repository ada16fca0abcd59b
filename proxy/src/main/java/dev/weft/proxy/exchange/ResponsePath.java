package dev.weft.proxy.exchange;

import dev.weft.proxy.balance.RetryLater;
import dev.weft.proxy.http.Denial;
import dev.weft.proxy.http.GateRefusal;
import dev.weft.proxy.http.Http1ResponseReader;
import dev.weft.proxy.http.Http1Rewrite;
import dev.weft.proxy.settings.HeadLimits;
import io.netty.buffer.ByteBuf;

/** Passes one response from an endpoint to the application. Belongs to one event loop. */
final class ResponsePath implements Http1ResponseReader.Listener {
    private static final int SWITCHING_PROTOCOLS = 101;
    private static final int FIRST_FINAL = 200;
    private static final int UNAVAILABLE = 503;
    private final Exchange exchange;
    private final Http1Carrier carrier;
    final Http1ResponseReader reader;
    private boolean passed;
    private boolean begun;

    /**
     * @param heads how large the head of the response may be
     * @param requestEnded whether the whole request has been read already
     */
    ResponsePath(Exchange exchange, Http1Carrier carrier, HeadLimits heads, boolean requestEnded) {
        this.exchange = exchange;
        this.carrier = carrier;
        this.reader = new Http1ResponseReader(exchange.request, carrier.alloc(), heads, this);
        if (requestEnded) {
            reader.requestEnded();
        }
    }

    /** Whether no byte of the response has come. */
    boolean isUntouched() {
        return !passed && reader.isUntouched();
    }

    /** Whether the application has got the head of the final response, or the protocol was switched. */
    boolean hasBegun() {
        return begun;
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
        boolean shed = false;
        long pause = 0;
        if (unavailable || status == Denial.TOO_MANY_REQUESTS) {
            String code = Http1ResponseReader.field(head, "weft-code");
            // A sidecar's own refusal says always the same, because the sidecar does not know when there is room again.
            pause = code == null ? RetryLater.seconds(Http1ResponseReader.field(head, "retry-after")) : 0;
            // An application that sends this code only harms itself.
            shed = unavailable && code != null && Denial.isOfLoad(code);
        }
        if (!exchange.answered(status, shed, pause)) {
            head.release();
            return;
        }
        passed = true;
        begun = true;
        ByteBuf changed = exchange.changed(head);
        carrier.respond(
                carrier.accounts.session().draining() ? Http1Rewrite.closing(changed, carrier.alloc()) : changed);
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
