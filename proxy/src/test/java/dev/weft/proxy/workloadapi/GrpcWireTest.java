package dev.weft.proxy.workloadapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.spiffe.ValidateJWTSVIDRequest;
import dev.weft.api.spiffe.X509BundlesRequest;
import dev.weft.proxy.control.GrpcMessages;
import io.netty.handler.codec.http2.Http2Headers;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** gRPC as its clients speak it, each in its own way, and as none should. */
@Timeout(60)
class GrpcWireTest {
    private static final byte[] REQUEST = bytes(X509BundlesRequest.getDefaultInstance());

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private ApiFixture api;

    @SuppressWarnings("NullAway.Init")
    private RawClient client;

    @BeforeEach
    void start() throws Exception {
        api = new ApiFixture(directory);
        client = new RawClient(api, RawClient.FAST);
    }

    @AfterEach
    void stop() {
        client.close();
        api.close();
    }

    private static byte[] bytes(X509BundlesRequest request) {
        var frame = GrpcMessages.frame(request);
        byte[] bytes = new byte[frame.readableBytes()];
        frame.readBytes(bytes).release();
        return bytes;
    }

    private Http2Headers bundles() {
        return client.headers("FetchX509Bundles");
    }

    private void assertRefused(RawClient.RawCall call, String status, String code) throws Exception {
        Http2Headers trailers = call.headers();
        assertThat(trailers.status().toString()).as("trailers alone").isEqualTo("200");
        assertThat(trailers.get("content-type").toString()).isEqualTo("application/grpc");
        assertThat(trailers.get("grpc-status").toString()).isEqualTo(status);
        assertThat(trailers.get("grpc-message").toString()).startsWith(code);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/grpc",
                "application/grpc+proto",
                "APPLICATION/GRPC+PROTO",
                "application/grpc; charset=utf-8",
                "application/grpc+proto;v=1"
            })
    void takesEveryNameOfItsContent(String type) throws Exception {
        RawClient.RawCall call = client.call(bundles().set("content-type", type));
        call.send(REQUEST, true);
        assertThat(call.next()).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "POST, application/json, 415",
        "POST, application/grpc-web+proto, 415",
        "POST, application/grpc+json, 415",
        "POST, text/html, 415",
        "GET, application/grpc, 405",
        "OPTIONS, application/grpc, 405"
    })
    void tellsOtherClientsInTheWordsOfHttp(String method, String type, String status) throws Exception {
        RawClient.RawCall call = client.call(bundles().method(method).set("content-type", type));
        Http2Headers answer = call.headers();
        assertThat(answer.status().toString()).isEqualTo(status);
        assertThat(answer.get("grpc-status").toString()).isEqualTo("3");
        assertThat(answer.get("grpc-message").toString()).startsWith("WEFT-S014");
    }

    @Test
    void needsNoMoreThanTheMetadata() throws Exception {
        Http2Headers headers = bundles();
        headers.remove("te");
        headers.remove("user-agent");
        headers.remove(":authority");
        RawClient.RawCall call = client.call(headers.add("grpc-timeout", "5S").add("x-unknown", "y"));
        call.send(REQUEST, true);
        assertThat(call.next()).isNotEmpty();
    }

    @Test
    void takesARequestInPieces() throws Exception {
        RawClient.RawCall call = client.call(bundles());
        for (byte b : REQUEST) {
            call.send(new byte[] {b}, false);
        }
        assertThat(call.next()).isNotEmpty();
    }

    @Test
    void saysThatItDoesNotKnowCompression() throws Exception {
        byte[] compressed = REQUEST.clone();
        compressed[0] = 1;
        RawClient.RawCall call = client.call(bundles().add("grpc-encoding", "gzip"));
        call.send(compressed, true);
        Http2Headers trailers = call.headers();
        assertThat(trailers.get("grpc-status").toString()).isEqualTo("12");
        assertThat(trailers.get("grpc-accept-encoding").toString()).isEqualTo("identity");
        assertThat(trailers.get("grpc-message").toString()).startsWith("WEFT-S016");
    }

    @Test
    void refusesACallWithoutARequest() throws Exception {
        RawClient.RawCall call = client.call(bundles());
        call.send(new byte[0], true);
        assertRefused(call, "3", "WEFT-S014");
    }

    @Test
    void refusesHalfARequest() throws Exception {
        RawClient.RawCall call = client.call(bundles());
        call.send(new byte[] {0, 0, 0, 0, 9, 1}, true);
        assertRefused(call, "3", "WEFT-S014");
    }

    @Test
    void refusesWhatIsNoMessage() throws Exception {
        RawClient.RawCall call = client.call(client.headers("FetchJWTSVID"));
        call.send(new byte[] {0, 0, 0, 0, 2, (byte) 0xff, (byte) 0xff}, true);
        assertRefused(call, "3", "WEFT-S014");
    }

    @ParameterizedTest
    @ValueSource(ints = {Call.MAX_MESSAGE + 1, Integer.MAX_VALUE, -1, Integer.MIN_VALUE})
    void refusesALengthBeyondTheLimitAtOnce(int length) throws Exception {
        RawClient.RawCall call = client.call(bundles());
        call.send(ByteBuffer.allocate(5).put((byte) 0).putInt(length).array(), false);
        assertRefused(call, "8", "WEFT-S017");
    }

    @Test
    void refusesMoreMessagesThanAWatcherHasQuestions() throws Exception {
        RawClient.RawCall call = client.call(bundles());
        for (int i = 0; i <= Call.MAX_REQUESTS; i++) {
            call.send(REQUEST, false);
        }
        Http2Headers answer;
        do {
            answer = call.headers();
        } while (!answer.contains("grpc-status"));
        assertThat(answer.get("grpc-status").toString()).isEqualTo("8");
        assertThat(answer.get("grpc-message").toString()).startsWith("WEFT-S017");
    }

    @Test
    void saysReasonsInPrintableCharacters() throws Exception {
        RawClient.RawCall call = client.call(client.headers("ValidateJWTSVID"));
        call.send(
                ValidateJWTSVIDRequest.newBuilder()
                        .setAudience("d\u00e9j\u00e0 vu %\r\ngrpc-status: 0")
                        .setSvid(api.identity.jwtSvid(List.of("db")).join().token())
                        .build(),
                true);
        Http2Headers trailers = call.headers();
        assertThat(trailers.get("grpc-status").toString()).isEqualTo("3");
        assertThat(trailers.get("grpc-message").toString())
                .startsWith("WEFT-S015")
                .matches("[ -~]+")
                .doesNotContain("% ");
    }
}
