package dev.weft.proxy.tunnel.server;

import dev.weft.proxy.http2.Http2Stream;
import dev.weft.proxy.http2.StreamListener;
import io.netty.handler.codec.http2.Http2Headers;

/** Who carries the requests of one tunnel that come each as a stream of its own. Belongs to the tunnel's event loop. */
public interface RequestStreams {
    /** Makes it for a tunnel. */
    @FunctionalInterface
    interface Factory {
        /** For the tunnel of this caller. */
        RequestStreams of(RequestCaller caller);
    }

    /** A request has begun: see {@link dev.weft.proxy.http2.ConnectionListener#onRequest}. */
    StreamListener onRequest(Http2Stream stream, Http2Headers headers, boolean endStream);

    /** The workload goes down: what is open finishes. */
    void drain();

    /** The tunnel has closed; its streams have heard of it. */
    void closed();
}
