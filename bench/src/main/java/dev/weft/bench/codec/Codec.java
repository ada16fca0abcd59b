package dev.weft.bench.codec;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;

/** A client and a server on one codec; the server says back what it is told. */
interface Codec extends AutoCloseable {
    /** What all sides say when they answer. */
    Http2Headers OK = new DefaultHttp2Headers().status("200").add("content-type", "application/grpc");

    /** What a stream of a tunnel or a call of gRPC begins with. */
    static Http2Headers request() {
        return new DefaultHttp2Headers()
                .method("POST")
                .scheme("http")
                .authority("orders.shop:8080")
                .path("/shop.Orders/Get")
                .add("content-type", "application/grpc")
                .add("te", "trailers");
    }

    /**
     * Opens streams, sends a body on each, and returns when all have their answers.
     *
     * @throws IllegalStateException if an answer is missing
     */
    void exchange(int streams, ByteBuf body);

    @Override
    void close();
}
