package dev.weft.bench.codec;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.handler.codec.http2.Http2ChannelDuplexHandler;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.util.ReferenceCountUtil;

/**
 * Netty's {@link Http2FrameCodec} alone: it makes an object for each frame, but, unlike {@link NettyChannels}, no
 * channel for each stream.
 */
final class NettyFrames implements Codec {
    private final Caller caller = new Caller();
    private final Wire wire;
    private int answers;

    NettyFrames() throws Http2Exception {
        Http2FrameCodec client = NettyCodecs.client();
        Http2FrameCodec server = NettyCodecs.server();
        wire = new Wire(new ChannelHandler[] {client, caller}, new ChannelHandler[] {server, new Echo()});
        NettyCodecs.widen(client, server);
        wire.carry();
    }

    @Override
    public void exchange(int streams, ByteBuf body) {
        answers = 0;
        for (int i = 0; i < streams; i++) {
            Http2FrameStream stream = caller.newStream();
            ChannelFuture _ = wire.client.write(new DefaultHttp2HeadersFrame(Codec.request(), false).stream(stream));
            ChannelFuture _ = wire.client.write(new DefaultHttp2DataFrame(body.duplicate(), true).stream(stream));
        }
        wire.client.flush();
        wire.carry();
        if (answers != streams) {
            throw new IllegalStateException(answers + " answers (expected: " + streams + ")");
        }
    }

    @Override
    public void close() {
        wire.close();
    }

    /** Tells the codec that these octets were consumed, so that the sender may send as many more. */
    private static void consumed(ChannelHandlerContext context, Http2DataFrame data) {
        ChannelFuture _ = context.write(
                new DefaultHttp2WindowUpdateFrame(data.initialFlowControlledBytes()).stream(data.stream()));
    }

    /** The server: sends back what it receives. */
    private static final class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof Http2HeadersFrame headers) {
                ChannelFuture _ = context.write(new DefaultHttp2HeadersFrame(OK, false).stream(headers.stream()));
            } else if (message instanceof Http2DataFrame data) {
                consumed(context, data);
                ChannelFuture _ = context.write(
                        new DefaultHttp2DataFrame(data.content(), data.isEndStream()).stream(data.stream()));
            } else {
                ReferenceCountUtil.release(message);
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            context.flush();
        }
    }

    /** The client: counts the answers that have ended. */
    private final class Caller extends Http2ChannelDuplexHandler {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof Http2DataFrame data) {
                consumed(context, data);
                if (data.isEndStream()) {
                    answers++;
                }
            }
            ReferenceCountUtil.release(message);
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            context.flush();
        }
    }
}
