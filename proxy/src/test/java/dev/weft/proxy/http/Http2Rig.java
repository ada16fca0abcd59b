package dev.weft.proxy.http;

import dev.weft.policy.decide.Code;
import dev.weft.policy.decide.Decision;
import dev.weft.policy.decide.Outcome;
import dev.weft.policy.request.HttpRequest;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2ChannelDuplexHandler;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2SettingsFrame;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Ticker;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A caller and an application on Netty's codecs, with the gate between them. */
final class Http2Rig implements GateOutput, RequestJudge, AutoCloseable {
    static final String CLIENT_ID = "spiffe://cluster.local/ns/shop/sa/web";

    final List<RequestRecord> records = new ArrayList<>();
    final Peer client;
    final Peer server;
    final Http2Gate gate = new Http2Gate(this, this, Ticker.systemTicker());
    Predicate<HttpRequest> allowed = request -> !request.path().startsWith("/no");

    @Nullable
    GateRefusal refusal;

    private final Queue<ByteBuf> toApplication = new ArrayDeque<>();
    private final Queue<ByteBuf> toCaller = new ArrayDeque<>();

    /** One side, and what it has heard of each stream. */
    static final class Peer {
        final Http2FrameCodec codec;
        final EmbeddedChannel channel;
        private final Opener opener = new Opener();

        private @Nullable Http2Settings settings;

        final Map<Integer, Http2FrameStream> streams = new HashMap<>();
        final Map<Integer, List<String>> heard = new HashMap<>();
        final Map<Integer, Http2Headers> firstHeaders = new HashMap<>();
        final List<String> goAways = new ArrayList<>();
        long data;

        Peer(Http2FrameCodecBuilder builder) {
            codec = builder.build();
            channel = new EmbeddedChannel(codec, opener);
        }

        /** Only a handler of this kind may open streams. */
        private final class Opener extends Http2ChannelDuplexHandler {
            @Override
            public void channelRead(ChannelHandlerContext context, Object message) {
                hear(message);
            }

            @Override
            public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
                goAways.add("exception " + cause);
            }
        }

        private void hear(Object message) {
            switch (message) {
                case Http2HeadersFrame frame -> {
                    int id = frame.stream().id();
                    streams.put(id, frame.stream());
                    firstHeaders.putIfAbsent(id, frame.headers());
                    CharSequence status = frame.headers().status();
                    CharSequence grpc = frame.headers().get("grpc-status");
                    CharSequence path = frame.headers().path();
                    note(
                            id,
                            "headers" + (status == null ? "" : " " + status) + (path == null ? "" : " " + path)
                                    + (grpc == null ? "" : " grpc " + grpc),
                            frame.isEndStream());
                }
                case Http2DataFrame frame -> {
                    data += frame.content().readableBytes();
                    String text = frame.content().readableBytes() > 100
                            ? frame.content().readableBytes() + " octets"
                            : frame.content().toString(StandardCharsets.US_ASCII);
                    note(frame.stream().id(), "data " + text, frame.isEndStream());
                    try {
                        codec.connection()
                                .local()
                                .flowController()
                                .consumeBytes(
                                        codec.connection().stream(frame.stream().id()),
                                        frame.initialFlowControlledBytes());
                    } catch (Exception e) {
                        throw new AssertionError(e);
                    }
                }
                case Http2ResetFrame frame -> note(frame.stream().id(), "reset " + frame.errorCode(), false);
                case Http2SettingsFrame frame -> settings = frame.settings();
                case Http2GoAwayFrame frame -> goAways.add("goaway " + frame.errorCode());
                default -> {}
            }
            ReferenceCountUtil.release(message);
        }

        private void note(int id, String what, boolean end) {
            heard.computeIfAbsent(id, _ -> new ArrayList<>()).add(end ? what + " end" : what);
        }

        /** The head that came first on a stream. */
        Http2Headers first(int id) {
            return Objects.requireNonNull(firstHeaders.get(id), "headers");
        }

        /** What the other side has said of itself. */
        Http2Settings settings() {
            return Objects.requireNonNull(settings, "settings");
        }

        List<String> heard(int id) {
            return heard.getOrDefault(id, List.of());
        }

        void headers(int id, Http2Headers headers, boolean end) {
            write(new DefaultHttp2HeadersFrame(headers, end).stream(streams.get(id)));
        }

        void data(int id, int octets, boolean end) {
            write(new DefaultHttp2DataFrame(io.netty.buffer.Unpooled.wrappedBuffer(new byte[octets]), end)
                    .stream(streams.get(id)));
        }

        void write(Object frame) {
            channel.writeOutbound(frame);
        }
    }

    Http2Rig() {
        this(Http2Settings.defaultSettings(), Http2Settings.defaultSettings());
    }

    Http2Rig(Http2Settings ofClient, Http2Settings ofServer) {
        client = new Peer(Http2FrameCodecBuilder.forClient().initialSettings(ofClient));
        server = new Peer(Http2FrameCodecBuilder.forServer().initialSettings(ofServer));
        pump();
    }

    static Http2Headers get(String path) {
        return new DefaultHttp2Headers()
                .method("GET")
                .scheme("http")
                .path(path)
                .authority("api.example:80")
                .add("x-same", "the same in each request, so that it is indexed")
                .add("weft-client-id", "spiffe://forged");
    }

    static Http2Headers grpc(String path) {
        return get(path).method("POST").add("content-type", "application/grpc").add("te", "trailers");
    }

    /** Opens a stream and returns its number. */
    int request(Http2Headers headers, boolean end) {
        Http2FrameStream stream = client.opener.newStream();
        client.write(new DefaultHttp2HeadersFrame(headers, end).stream(stream));
        client.streams.put(stream.id(), stream);
        pump();
        return stream.id();
    }

    /** Until nobody has anything more to say. */
    void pump() {
        boolean more = true;
        while (more) {
            more = false;
            client.channel.runPendingTasks();
            server.channel.runPendingTasks();
            for (ByteBuf out = client.channel.readOutbound(); out != null; out = client.channel.readOutbound()) {
                gate.request(out);
                more = true;
            }
            for (ByteBuf out = server.channel.readOutbound(); out != null; out = server.channel.readOutbound()) {
                gate.response(out);
                more = true;
            }
            for (ByteBuf in = toApplication.poll(); in != null; in = toApplication.poll()) {
                server.channel.writeInbound(in);
                more = true;
            }
            for (ByteBuf in = toCaller.poll(); in != null; in = toCaller.poll()) {
                client.channel.writeInbound(in);
                more = true;
            }
        }
    }

    @Override
    public void toApplication(ByteBuf data) {
        toApplication.add(data);
    }

    @Override
    public void toCaller(ByteBuf data) {
        toCaller.add(data);
    }

    @Override
    public void finishApplication() {}

    @Override
    public void finishCaller() {}

    @Override
    public void refuse(GateRefusal why) {
        refusal = why;
    }

    @Override
    public Decision judge(HttpRequest request) {
        return allowed.test(request)
                ? new Decision(Outcome.ALLOW, Code.ALLOWED, "shop/open", "shop/open allows it", List.of())
                : new Decision(Outcome.DENY, Code.DENIED, "shop/closed", "shop/closed denies it", List.of());
    }

    @Override
    public Decision judgeAgain(HttpRequest request) {
        return judge(request);
    }

    @Override
    public String clientId() {
        return CLIENT_ID;
    }

    @Override
    public void ended(RequestRecord request, HttpRequest judged) {
        records.add(request);
    }

    @Override
    public void close() {
        gate.close();
        pump();
        client.channel.finishAndReleaseAll();
        server.channel.finishAndReleaseAll();
        toApplication.forEach(ByteBuf::release);
        toCaller.forEach(ByteBuf::release);
    }
}
