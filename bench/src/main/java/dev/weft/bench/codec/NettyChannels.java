package dev.weft.bench.codec;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.util.ReferenceCountUtil;

/** Netty's {@link Http2MultiplexHandler}: a channel with a pipeline for each stream. */
final class NettyChannels implements Codec {
    private final Wire wire;
    private final Http2StreamChannelBootstrap streams;
    private int answers;

    NettyChannels() throws Http2Exception {
        Http2FrameCodec client = NettyCodecs.client();
        Http2FrameCodec server = NettyCodecs.server();
        wire = new Wire(
                new ChannelHandler[] {client, new Http2MultiplexHandler(new ChannelInboundHandlerAdapter())},
                new ChannelHandler[] {server, new Http2MultiplexHandler(new Echo())});
        NettyCodecs.widen(client, server);
        wire.carry();
        streams = new Http2StreamChannelBootstrap(wire.client).handler(new Caller());
    }

    @Override
    public void exchange(int count, ByteBuf body) {
        answers = 0;
        for (int i = 0; i < count; i++) {
            Http2StreamChannel stream = streams.open().getNow();
            ChannelFuture _ = stream.write(new DefaultHttp2HeadersFrame(Codec.request(), false));
            ChannelFuture _ = stream.write(new DefaultHttp2DataFrame(body.duplicate(), true));
            stream.flush();
        }
        wire.carry();
        if (answers != count) {
            throw new IllegalStateException(answers + " answers (expected: " + count + ")");
        }
    }

    @Override
    public void close() {
        wire.close();
    }

    @Sharable
    private static final class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof Http2HeadersFrame) {
                ChannelFuture _ = context.write(new DefaultHttp2HeadersFrame(OK, false));
            } else if (message instanceof Http2DataFrame data) {
                ChannelFuture _ = context.write(new DefaultHttp2DataFrame(data.content(), data.isEndStream()));
            } else {
                ReferenceCountUtil.release(message);
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            context.flush();
        }
    }

    @Sharable
    private final class Caller extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof Http2DataFrame data && data.isEndStream()) {
                answers++;
            }
            ReferenceCountUtil.release(message);
        }
    }
}
