package dev.weft.bench.codec;

import dev.weft.proxy.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;

/** Netty's codec with the limits of Weft's tunnels. */
final class NettyCodecs {
    private NettyCodecs() {}

    static Http2FrameCodec client() {
        return Http2FrameCodecBuilder.forClient()
                .initialSettings(settings().pushEnabled(false))
                .build();
    }

    static Http2FrameCodec server() {
        return Http2FrameCodecBuilder.forServer().initialSettings(settings()).build();
    }

    private static io.netty.handler.codec.http2.Http2Settings settings() {
        return io.netty.handler.codec.http2.Http2Settings.defaultSettings()
                .initialWindowSize(Http2Settings.DEFAULTS.maxStreamWindow())
                .maxFrameSize(Http2Settings.DEFAULTS.maxFrameSize());
    }

    /** Gives both connections the window of a tunnel. */
    static void widen(Http2FrameCodec... codecs) throws Http2Exception {
        for (Http2FrameCodec codec : codecs) {
            Http2Connection connection = codec.connection();
            connection
                    .local()
                    .flowController()
                    .incrementWindowSize(
                            connection.connectionStream(),
                            Http2Settings.DEFAULTS.connectionWindow() - Http2Settings.DEFAULT_WINDOW);
        }
    }
}
