package dev.weft.proxy.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** Responses of the sidecar's own in place of those that an endpoint did not give. */
public final class Http1Errors {
    private Http1Errors() {}

    /**
     * The response that says this, with its code and reason in {@code weft-code} and {@code weft-reason}.
     *
     * @param last whether the connection ends with it
     * @param toHead whether it answers a HEAD, and so has no body
     */
    public static ByteBuf of(GateRefusal refusal, boolean last, boolean toHead, ByteBufAllocator alloc) {
        return Http1Answers.of(refusal, last, toHead, alloc);
    }

    /** The response that sends the caller to this place, which is visible ASCII; it has no body. */
    public static ByteBuf redirect(int status, String location, boolean last, ByteBufAllocator alloc) {
        return Http1Answers.redirect(status, location, last, alloc);
    }
}
