package dev.weft.proxy.requests;

import dev.weft.proxy.http2.frame.ErrorCode;
import io.netty.handler.codec.http2.Http2Headers;
import org.jspecify.annotations.Nullable;

/** The events of an {@link Exchange}, which the caller's and the called side handle differently. */
interface ExchangeEvents {
    /**
     * Called when the back's response has begun. Returns the head for the front; null if the front gets nothing of this
     * response.
     */
    @Nullable
    Http2Headers answer(Http2Headers headers, int status);

    /**
     * Called when the back's stream was lost before it answered. The request must be answered here, or go to another
     * back.
     */
    void unanswered(ErrorCode code);

    /** Counts bytes of a body that have passed. */
    void count(int bytes, boolean ofRequest);

    /** Called once when the response has ended, or never will come. */
    void answerEnded(boolean complete);

    /** Called once at the very end, after {@link #answerEnded}. */
    void closed();
}
