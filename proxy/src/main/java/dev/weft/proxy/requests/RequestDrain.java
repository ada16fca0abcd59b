package dev.weft.proxy.requests;

import dev.weft.proxy.http2.Http2Stream;
import dev.weft.proxy.http2.StreamListener;
import dev.weft.proxy.http2.frame.ErrorCode;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Headers;

/** Drops the rest of a request that has been answered. */
record RequestDrain(Http2Stream stream) implements StreamListener {
    @Override
    public void onHeaders(Http2Headers headers, boolean endStream) {}

    @Override
    public void onData(ByteBuf data, boolean endStream) {
        int bytes = data.readableBytes();
        data.release();
        stream.consume(bytes);
    }

    @Override
    public void onReset(ErrorCode code) {}

    @Override
    public void onWritable() {}
}
