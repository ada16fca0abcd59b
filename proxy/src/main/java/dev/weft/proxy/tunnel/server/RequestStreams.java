package dev.weft.proxy.tunnel.server;

import dev.weft.proxy.http2.Http2Stream;
import dev.weft.proxy.http2.StreamListener;
import io.netty.handler.codec.http2.Http2Headers;

/** Carries the requests of one tunnel that arrive each as a stream of its own. Belongs to the tunnel's event loop. */
public interface RequestStreams {

    /** A request has begun: see {@link dev.weft.proxy.http2.ConnectionListener#onRequest}. */
    StreamListener onRequest(Http2Stream stream, Http2Headers headers, boolean endStream);

    /** The workload shuts down: open requests finish. */
    void drain();

    /** The tunnel has closed, and the listeners of its streams have been called. */
    void closed();
}
