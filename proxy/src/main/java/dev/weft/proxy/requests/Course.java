package dev.weft.proxy.requests;

import dev.weft.proxy.http2.frame.ErrorCode;
import io.netty.handler.codec.http2.Http2Headers;
import org.jspecify.annotations.Nullable;

/** What either side makes of the turns that an {@link Exchange} takes. */
interface Course {
    /** The back's response has begun; what the front gets of its head, or null where it gets nothing of all this. */
    @Nullable
    Http2Headers answer(Http2Headers headers, int status);

    /** The back's stream is gone before it answered. Either this is answered otherwise, or goes to another back. */
    void unanswered(ErrorCode code);

    /** So much of a body has passed. */
    void count(int bytes, boolean ofRequest);

    /** The response has come to its end, or never will; called once. */
    void answerEnded(boolean complete);

    /** Nothing more will happen; called once, after {@link #answerEnded}. */
    void closed();
}
