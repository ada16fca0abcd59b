package dev.weft.proxy.exchange;

import dev.weft.proxy.http.GateRefusal;
import dev.weft.proxy.http.Http1Errors;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/**
 * A response of the sidecar's own.
 *
 * @param status of HTTP
 */
record Reply(int status, Form form) {

    /** How it is written. */
    @FunctionalInterface
    interface Form {
        /**
         * Writes it; the caller's to release.
         *
         * @param last whether the connection ends with it
         * @param toHead whether it answers a HEAD, and so has no body
         */
        ByteBuf of(boolean last, boolean toHead, ByteBufAllocator alloc);
    }

    /** The one that says this. */
    static Reply refusal(GateRefusal refusal) {
        return new Reply(refusal.status(), (last, toHead, alloc) -> Http1Errors.of(refusal, last, toHead, alloc));
    }

    /** The one that sends the caller to this address. */
    static Reply redirect(int status, String location) {
        return new Reply(status, (last, _, alloc) -> Http1Errors.redirect(status, location, last, alloc));
    }
}
