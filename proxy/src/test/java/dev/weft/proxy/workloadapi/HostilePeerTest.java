package dev.weft.proxy.workloadapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.spiffe.SpiffeWorkloadAPIGrpc;
import dev.weft.api.spiffe.X509BundlesRequest;
import dev.weft.api.spiffe.X509SVIDRequest;
import dev.weft.testing.Waiting;
import io.grpc.Status;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a process writes to the socket, its connection is closed and the others go on. */
@Timeout(60)
class HostilePeerTest {
    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int RST_STREAM = 3;
    private static final int SETTINGS = 4;
    private static final int PUSH_PROMISE = 5;
    private static final int PING = 6;
    private static final int WINDOW_UPDATE = 8;
    private static final int CONTINUATION = 9;
    private static final int END_HEADERS = 4;
    private static final int FLOOD = 3000;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private ApiFixture api;

    @BeforeEach
    void start() {
        api = new ApiFixture(directory);
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private static ByteBuf text(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
    }

    private static ByteBuf frame(int type, int flags, int stream, byte[] payload) {
        return Unpooled.buffer()
                .writeMedium(payload.length)
                .writeByte(type)
                .writeByte(flags)
                .writeInt(stream)
                .writeBytes(payload);
    }

    private static ByteBuf begun(ByteBuf... frames) {
        ByteBuf all = text("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").writeBytes(frame(SETTINGS, 0, 0, new byte[0]));
        for (ByteBuf frame : frames) {
            all.writeBytes(frame);
        }
        return all;
    }

    private static byte[] block(String more) {
        Http2Headers headers = new DefaultHttp2Headers()
                .method("POST")
                .scheme("http")
                .path("/SpiffeWorkloadAPI/FetchX509SVID")
                .add("content-type", "application/grpc")
                .add("workload.spiffe.io", "true");
        if (!more.isEmpty()) {
            headers.add("more", more);
        }
        ByteBuf block = Unpooled.buffer();
        try (DefaultHttp2HeadersEncoder encoder = new DefaultHttp2HeadersEncoder()) {
            encoder.encodeHeaders(1, headers, block);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        byte[] bytes = new byte[block.readableBytes()];
        block.readBytes(bytes);
        return bytes;
    }

    private static byte[] junk(int bytes) {
        byte[] junk = new byte[bytes];
        new Random(bytes).nextBytes(junk);
        return junk;
    }

    private static ByteBuf pings() {
        return Unpooled.wrappedBuffer(Stream.generate(() -> frame(PING, 0, 0, new byte[8]))
                .limit(FLOOD)
                .toArray(ByteBuf[]::new));
    }

    private static ByteBuf resets() {
        List<ByteBuf> frames = new ArrayList<>();
        byte[] block = block("");
        for (int i = 0; i < FLOOD; i++) {
            frames.add(frame(HEADERS, END_HEADERS, 2 * i + 1, block));
            frames.add(frame(RST_STREAM, 0, 2 * i + 1, new byte[4]));
        }
        return Unpooled.wrappedBuffer(frames.toArray(ByteBuf[]::new));
    }

    private static ByteBuf continuations() {
        List<ByteBuf> frames = new ArrayList<>(List.of(frame(HEADERS, 0, 1, new byte[0])));
        for (int i = 0; i < FLOOD; i++) {
            frames.add(frame(CONTINUATION, 0, 1, new byte[1]));
        }
        return Unpooled.wrappedBuffer(frames.toArray(ByteBuf[]::new));
    }

    static Stream<Named<ByteBuf>> inputs() {
        return Stream.of(
                Named.of("HTTP/1.1", text("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")),
                Named.of("TLS", Unpooled.wrappedBuffer(new byte[] {0x16, 3, 1, 2, 0, 1, 0, 1, 0xf, 3, 3})),
                Named.of("random bytes", Unpooled.wrappedBuffer(junk(5000))),
                Named.of("random frames", begun(Unpooled.wrappedBuffer(junk(5001)))),
                Named.of(
                        "no SETTINGS",
                        text("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").writeBytes(frame(PING, 0, 0, new byte[8]))),
                Named.of("a frame of 16 MiB", begun(Unpooled.wrappedBuffer(new byte[] {-1, -1, -1, 0, 0, 0, 0, 0, 1}))),
                Named.of("a stream of the server's", begun(frame(HEADERS, END_HEADERS, 2, block("")))),
                Named.of("DATA of no stream", begun(frame(DATA, 0, 1, new byte[5]))),
                Named.of("PUSH_PROMISE", begun(frame(PUSH_PROMISE, END_HEADERS, 1, new byte[4]))),
                Named.of(
                        "a header block that is none",
                        begun(frame(HEADERS, END_HEADERS, 1, new byte[] {-1, -1, -1, -1, -1, -1}))),
                Named.of("headers of 17 KiB", begun(frame(HEADERS, END_HEADERS, 1, block("x".repeat(20_000))))),
                Named.of("CONTINUATION without end", begun(continuations())),
                Named.of("a window beyond all", begun(frame(WINDOW_UPDATE, 0, 0, new byte[] {0x7f, -1, -1, -1}))),
                Named.of("PING after PING", begun(pings())),
                Named.of("streams broken off", begun(resets())));
    }

    @ParameterizedTest
    @MethodSource("inputs")
    void isClosed(ByteBuf input) throws Exception {
        var watch = api.watch(SpiffeWorkloadAPIGrpc.getFetchX509SVIDMethod(), X509SVIDRequest.getDefaultInstance());
        watch.next();
        try (SocketChannel peer = connect()) {
            try {
                for (ByteBuffer bytes = input.nioBuffer(); bytes.hasRemaining(); ) {
                    peer.write(bytes);
                }
                ByteBuffer answer = ByteBuffer.allocate(64 * 1024);
                int n = 0;
                while (n >= 0) {
                    n = peer.read(answer.clear());
                }
            } catch (IOException _) {
                assertThat(input.readableBytes())
                        .as("closed before it has read all")
                        .isPositive();
            }
        }
        api.identity.svid = api.identity.fresh();
        api.server.changed();
        assertThat(watch.next().getSvids(0).getX509SvidKey().toByteArray())
                .isEqualTo(api.identity.svid.key().getEncoded());
    }

    private SocketChannel connect() throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(api.socket));
        return channel;
    }

    @Test
    void aSocketThatSomebodyDeletesIsThereAgain() throws Exception {
        for (int i = 0; i < 2; i++) {
            Files.delete(api.socket);
            Waiting.until("the socket is there again", () -> Files.exists(api.socket));
        }
        connect().close();
        var watch = api.watch(SpiffeWorkloadAPIGrpc.getFetchX509SVIDMethod(), X509SVIDRequest.getDefaultInstance());
        watch.next();
    }

    @Test
    void hasRoomForSoManyConnections() throws Exception {
        List<SocketChannel> peers = new ArrayList<>();
        try {
            for (int i = 0; i < WorkloadApiServer.MAX_CONNECTIONS; i++) {
                peers.add(connect());
            }
            var over = api.watch(SpiffeWorkloadAPIGrpc.getFetchX509SVIDMethod(), X509SVIDRequest.getDefaultInstance());
            assertThat(over.status().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
            assertThat(api.metrics.text()).contains("weft_limits_hit_total{limit=\"workload-api-connections\"} 1");
        } finally {
            for (SocketChannel peer : peers) {
                peer.close();
            }
        }
        Waiting.until("all gone", () -> api.metrics.text().contains("weft_workload_api_connections 0"));
        var next = api.watch(SpiffeWorkloadAPIGrpc.getFetchX509SVIDMethod(), X509SVIDRequest.getDefaultInstance());
        next.next();
    }

    @Test
    void turnsAwayProcessesOfOtherWorkloads() throws Exception {
        api.close();
        api = new ApiFixture(directory, new CallerCheck(directory.resolve("no-such-process")));
        List<RawClient> strangers = new ArrayList<>();
        try {
            for (int i = 0; i < WorkloadApiServer.MAX_STRANGERS; i++) {
                RawClient stranger = new RawClient(api, RawClient.FAST);
                strangers.add(stranger);
                for (String method : List.of("FetchX509SVID", "ValidateJWTSVID", "FetchEverything")) {
                    Http2Headers answer =
                            stranger.call(stranger.headers(method)).headers();
                    assertThat(answer.get("grpc-status").toString()).isEqualTo("7");
                    assertThat(answer.get("grpc-message").toString()).startsWith("WEFT-S011");
                }
            }
            assertThat(api.identity.asked).hasValue(0);
            try (RawClient over = new RawClient(api, RawClient.FAST)) {
                over.awaitClosed();
            }
            assertThat(api.metrics.text())
                    .contains("weft_limits_hit_total{limit=\"workload-api-strangers\"} 1")
                    .contains("weft_workload_api_connections 0");
        } finally {
            strangers.forEach(RawClient::close);
        }
    }

    @Test
    void hasRoomForSoManyCalls() throws Exception {
        int connections = WorkloadApiServer.MAX_CALLS / Caller.MAX_CALLS;
        List<RawClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < connections; i++) {
                RawClient client = new RawClient(api, RawClient.FAST);
                clients.add(client);
                for (int k = 0; k < Caller.MAX_CALLS; k++) {
                    RawClient.RawCall call = client.call(client.headers("FetchX509Bundles"));
                    call.send(X509BundlesRequest.getDefaultInstance(), true);
                    call.next();
                }
            }
            try (RawClient over = new RawClient(api, RawClient.FAST)) {
                RawClient.RawCall call = over.call(over.headers("FetchX509Bundles"));
                call.send(X509BundlesRequest.getDefaultInstance(), true);
                assertThat(call.headers().get("grpc-message").toString()).startsWith("WEFT-S017");
                clients.removeFirst().close();
                RawClient.RawCall next;
                Http2Headers answer;
                do {
                    next = over.call(over.headers("FetchX509Bundles"));
                    next.send(X509BundlesRequest.getDefaultInstance(), true);
                    answer = next.headers();
                } while (answer.contains("grpc-message"));
                assertThat(next.next()).isNotEmpty();
            }
        } finally {
            clients.forEach(RawClient::close);
        }
    }
}
