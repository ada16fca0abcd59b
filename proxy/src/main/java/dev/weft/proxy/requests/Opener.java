package dev.weft.proxy.requests;

import dev.weft.proxy.http2.Http2Stream;
import dev.weft.proxy.http2.StreamListener;

/** Opens the stream in which a request goes on. */
@FunctionalInterface
interface Opener {
    /** With the request's head, and {@code endStream} if that is all of it. */
    Http2Stream open(boolean endStream, StreamListener listener);
}
