package dev.weft.proxy.requests;

import dev.weft.proxy.http2.Http2Stream;
import dev.weft.proxy.http2.StreamListener;

/** Opens the stream that a request is sent on to. */
@FunctionalInterface
interface StreamOpener {
    /** Opens the stream with the request's head; {@code endStream} if the head is the whole request. */
    Http2Stream open(boolean endStream, StreamListener listener);
}
