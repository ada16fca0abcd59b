package dev.weft.proxy.requests;

import dev.weft.proxy.http.Http2Head;
import io.netty.handler.codec.http2.Http2Headers;

/**
 * The kind of response that a request needs.
 *
 * @param grpc whether it is a gRPC call, so that its response ends with a gRPC status
 * @param head whether it is a HEAD, so that its response has no body
 */
record Kind(boolean grpc, boolean head) {
    static Kind of(Http2Headers said) {
        CharSequence method = said.method();
        return new Kind(
                method != null && "POST".contentEquals(method) && Http2Head.isGrpc(said.get("content-type")),
                method != null && "HEAD".contentEquals(method));
    }
}
