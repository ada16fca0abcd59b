package dev.weft.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.weft.policy.request.RequestPath;
import dev.weft.policy.request.UnacceptablePathException;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Bytes of hostile callers and applications. However they are cut, the same is judged; what reaches an application or a caller,
 * Netty's codec understands as the requests that were allowed and the responses to them, and as nothing else.
 */
class Http1FuzzTest {
    private static final int MAX_INPUT = 8192;
    private static final int MOST_HELD = 2 * 32_768 + MAX_INPUT;
    private static final String GET = "GET /1 HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String HEAD = "HEAD /2 HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String DENIED = "GET /denied HTTP/1.1\r\nHost: a\r\n\r\n";

    @FuzzTest
    void anApplicationSeesTheRequestsThatWereAllowedAndNoOthers(byte[] bytes) {
        if (bytes.length > MAX_INPUT) {
            return;
        }
        String octets = new String(bytes, JudgedConnection.OCTETS);
        try (JudgedConnection whole = new JudgedConnection();
                JudgedConnection cut = new JudgedConnection()) {
            whole.sends(octets);
            feed(octets, new Random(bytes.length), cut::sends);
            assertAlike(whole, cut);
            assertThat(cut.application.toString()).startsWith(whole.application);
            for (JudgedConnection connection : List.of(whole, cut)) {
                assertThat(requests(connection.application.toString()))
                        .isSubsetOf(allowed(connection))
                        .hasSizeLessThanOrEqualTo(connection.allowed.size());
            }
        }
    }

    @FuzzTest
    void aCallerSeesTheResponsesToItsRequestsAndNoOthers(byte[] bytes) {
        if (bytes.length > MAX_INPUT) {
            return;
        }
        String octets = new String(bytes, JudgedConnection.OCTETS);
        try (JudgedConnection whole = new JudgedConnection();
                JudgedConnection cut = new JudgedConnection()) {
            whole.sends(GET + DENIED + HEAD + DENIED + GET).answers(octets);
            cut.sends(GET + DENIED + HEAD + DENIED + GET);
            feed(octets, new Random(bytes.length), cut::answers);
            assertAlike(whole, cut);
            for (JudgedConnection connection : List.of(whole, cut)) {
                List<Integer> seen = responses(connection.caller.toString());
                connection.gate.close();
                List<Integer> told = connection.records.stream()
                        .map(RequestRecord::status)
                        .filter(status -> status != 0)
                        .toList();
                assertThat(told).startsWith(seen.toArray(Integer[]::new));
            }
        }
    }

    private static void assertAlike(JudgedConnection whole, JudgedConnection cut) {
        assertThat(cut.refusalCode()).isEqualTo(whole.refusalCode());
        assertThat(allowed(cut)).isEqualTo(allowed(whole));
        assertThat(cut.asked).hasSameSizeAs(whole.asked);
        assertThat(whole.gate.held()).isLessThanOrEqualTo(MOST_HELD);
        assertThat(cut.gate.held()).isLessThanOrEqualTo(MOST_HELD);
    }

    private static void feed(String octets, Random random, java.util.function.Consumer<String> sink) {
        for (int at = 0; at < octets.length(); ) {
            int to = Math.min(octets.length(), at + 1 + random.nextInt(30));
            sink.accept(octets.substring(at, to));
            at = to;
        }
    }

    private static List<String> allowed(JudgedConnection connection) {
        return connection.allowed.stream()
                .map(request -> request.method() + " " + request.path())
                .toList();
    }

    private static HttpDecoderConfig config() {
        return new HttpDecoderConfig().setMaxInitialLineLength(MAX_INPUT).setMaxHeaderSize(4 * MAX_INPUT);
    }

    private static List<String> requests(String octets) {
        EmbeddedChannel channel = new EmbeddedChannel(new HttpRequestDecoder(config()));
        channel.writeInbound(JudgedConnection.buffer(octets));
        List<String> seen = new ArrayList<>();
        for (Object message = channel.readInbound(); message != null; message = channel.readInbound()) {
            if (message instanceof HttpRequest request
                    && request.decoderResult().isSuccess()) {
                seen.add(request.method() + " " + path(request.uri()));
            }
            ReferenceCountUtil.release(message);
        }
        channel.finishAndReleaseAll();
        return seen;
    }

    private static String path(String uri) {
        try {
            String rest = uri.matches("(?i)http://.*") ? uri.replaceFirst("(?i)http://[^/?]*", "") : uri;
            return RequestPath.normalize(rest);
        } catch (UnacceptablePathException e) {
            return "unacceptable: " + uri;
        }
    }

    private static List<Integer> responses(String octets) {
        EmbeddedChannel channel = new EmbeddedChannel(new HttpClientCodec(config(), false, false));
        for (String method : List.of("GET", "GET", "HEAD", "GET", "GET")) {
            channel.writeOutbound(new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.valueOf(method), "/"));
        }
        channel.writeInbound(JudgedConnection.buffer(octets));
        List<Integer> seen = new ArrayList<>();
        for (Object message = channel.readInbound(); message != null; message = channel.readInbound()) {
            if (message instanceof HttpResponse response
                    && response.decoderResult().isSuccess()
                    && response.status().code() >= 200) {
                seen.add(response.status().code());
            }
            ReferenceCountUtil.release(message);
        }
        channel.finishAndReleaseAll();
        return seen;
    }
}
