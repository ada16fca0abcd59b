package dev.weft.proxy.requests;

import dev.weft.proxy.http.Http2Head;
import io.netty.handler.codec.http2.Http2Headers;

/**
 * What a request wants for an answer.
 *
 * @param grpc whether it is a call: its answer ends with a status of gRPC
 * @param head whether its answer has no body
 */
record Kind(boolean grpc, boolean head) {
    static Kind of(Http2Headers said) {
        CharSequence method = said.method();
        return new Kind(
                method != null && "POST".contentEquals(method) && Http2Head.isGrpc(said.get("content-type")),
                method != null && "HEAD".contentEquals(method));
    }
}
