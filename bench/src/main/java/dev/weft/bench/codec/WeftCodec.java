package dev.weft.bench.codec;

import dev.weft.proxy.http2.ConnectionListener;
import dev.weft.proxy.http2.Http2Connection;
import dev.weft.proxy.http2.Http2Settings;
import dev.weft.proxy.http2.Http2Stream;
import dev.weft.proxy.http2.StreamListener;
import dev.weft.proxy.http2.frame.ErrorCode;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.handler.codec.http2.Http2Headers;
import org.jspecify.annotations.Nullable;

/** Weft's own: {@code proxy/http2}. */
final class WeftCodec implements Codec {
    private final Http2Connection client = Http2Connection.client(Http2Settings.DEFAULTS, new Listener());
    private final Http2Connection server = Http2Connection.server(Http2Settings.DEFAULTS, new Listener());
    private final Wire wire = new Wire(new ChannelHandler[] {client}, new ChannelHandler[] {server});
    private int answers;

    @Override
    public void exchange(int streams, ByteBuf body) {
        answers = 0;
        for (int i = 0; i < streams; i++) {
            Caller caller = new Caller();
            caller.stream = client.open(Codec.request(), false, caller);
            caller.stream.sendData(body.duplicate(), true);
        }
        client.flush();
        boolean _ = wire.carry();
        while (answers < streams) {
            int before = answers;
            client.flush();
            server.flush();
            boolean moved = wire.carry();
            if (answers == before && !moved) {
                throw new IllegalStateException(answers + " answers (expected: " + streams + ")");
            }
        }
    }

    @Override
    public void close() {
        wire.close();
    }

    private static final class Listener implements ConnectionListener {
        @Override
        public StreamListener onRequest(Http2Stream stream, Http2Headers headers, boolean endStream) {
            stream.sendHeaders(OK, false);
            return new Echo(stream);
        }

        @Override
        public void onClosed(Http2Connection connection, @Nullable Throwable cause) {}
    }

    private record Echo(Http2Stream stream) implements StreamListener {
        @Override
        public void onHeaders(Http2Headers headers, boolean endStream) {}

        @Override
        public void onData(ByteBuf data, boolean endStream) {
            int octets = data.readableBytes();
            stream.sendData(data, endStream);
            stream.consume(octets);
        }

        @Override
        public void onReset(ErrorCode code) {}

        @Override
        public void onWritable() {}
    }

    private final class Caller implements StreamListener {
        private @Nullable Http2Stream stream;

        @Override
        public void onHeaders(Http2Headers headers, boolean endStream) {}

        @Override
        public void onData(ByteBuf data, boolean endStream) {
            int octets = data.readableBytes();
            data.release();
            if (stream != null) {
                stream.consume(octets);
            }
            if (endStream) {
                answers++;
            }
        }

        @Override
        public void onReset(ErrorCode code) {}

        @Override
        public void onWritable() {}
    }
}
