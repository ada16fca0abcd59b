package dev.weft.proxy.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** Responses that the sidecar sends when an endpoint has given none. */
public final class Http1Errors {
    private Http1Errors() {}

    /**
     * Returns the response to a refused request, with its code and reason in {@code weft-code} and {@code weft-reason}.
     *
     * @param last whether the connection ends after it
     * @param toHead whether it answers a HEAD request, and so has no body
     */
    public static ByteBuf of(GateRefusal refusal, boolean last, boolean toHead, ByteBufAllocator alloc) {
        return Http1Answers.of(refusal, last, toHead, alloc);
    }

    /** Returns a redirect to this location, which must be visible ASCII; it has no body. */
    public static ByteBuf redirect(int status, String location, boolean last, ByteBufAllocator alloc) {
        return Http1Answers.redirect(status, location, last, alloc);
    }
}
