package dev.weft.proxy.exchange;

import dev.weft.proxy.http.GateRefusal;
import dev.weft.proxy.http.Http1Errors;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/**
 * A response by the sidecar itself.
 *
 * @param status HTTP status
 */
record Reply(int status, Form form) {

    /** Writes the response. */
    @FunctionalInterface
    interface Form {
        /**
         * Returns the response's bytes; the caller must release them.
         *
         * @param last whether the connection ends after it
         * @param toHead whether it answers a HEAD, and so has no body
         */
        ByteBuf of(boolean last, boolean toHead, ByteBufAllocator alloc);
    }

    /** Returns the response for this refusal. */
    static Reply refusal(GateRefusal refusal) {
        return new Reply(refusal.status(), (last, toHead, alloc) -> Http1Errors.of(refusal, last, toHead, alloc));
    }

    /** Returns a redirect to this address. */
    static Reply redirect(int status, String location) {
        return new Reply(status, (last, _, alloc) -> Http1Errors.redirect(status, location, last, alloc));
    }
}
