package dev.weft.daemon.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The first bytes of a peer, read as a request. What is read as one Netty's codec reads in the same way, and what is passed on as a
 * probe is one request to it, without a body, that tells no more than it may.
 */
class RequestHeadFuzzTest {
    private static final Set<String> PASSED_ON = Set.of("host", "user-agent", "accept", "connection");

    @FuzzTest
    void anotherReaderReadsTheSame(byte[] bytes) {
        int length = RequestHead.length(bytes, Math.min(bytes.length, RequestHead.MAX_BYTES));
        if (length < 0) {
            return;
        }
        Optional<RequestHead> read = RequestHead.parse(bytes, length);
        if (read.isEmpty()) {
            return;
        }
        RequestHead head = read.get();
        Netty theirs = Netty.read(new String(bytes, 0, length, StandardCharsets.ISO_8859_1));
        if (theirs.understood()) {
            theirs.assertSame(head);
        }
        if (head.reads() && head.standsAlone() && head.namesOneHost()) {
            passedOn(head);
        }
    }

    private static void passedOn(RequestHead head) {
        String probe = head.asProbe();
        byte[] bytes = probe.getBytes(StandardCharsets.ISO_8859_1);
        assertThat(RequestHead.length(bytes, bytes.length)).isEqualTo(bytes.length);
        RequestHead again = RequestHead.parse(bytes, bytes.length).orElseThrow();
        assertThat(again.toString()).isEqualTo(head.toString());
        assertThat(again.version()).isEqualTo(head.version());
        assertThat(again.standsAlone() && again.namesOneHost()).isTrue();
        assertThat(again.fields())
                .allMatch(field -> PASSED_ON.contains(field.name().toLowerCase(Locale.ROOT)));
        Netty theirs = Netty.read(probe);
        assertThat(theirs.understood()).as(probe).isTrue();
        theirs.assertSame(again);
    }

    /** What Netty's codec makes of some bytes: requests, and whether each ended where the bytes did. */
    private record Netty(List<HttpRequest> requests, int ends) {

        static Netty read(String text) {
            EmbeddedChannel channel = new EmbeddedChannel(new HttpRequestDecoder(new HttpDecoderConfig()
                    .setMaxInitialLineLength(2 * RequestHead.MAX_BYTES)
                    .setMaxHeaderSize(2 * RequestHead.MAX_BYTES)));
            channel.writeInbound(Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1));
            List<HttpRequest> requests = new ArrayList<>();
            int ends = 0;
            for (Object message = channel.readInbound(); message != null; message = channel.readInbound()) {
                if (message instanceof HttpRequest request) {
                    requests.add(request);
                }
                if (message instanceof LastHttpContent) {
                    ends++;
                }
                ReferenceCountUtil.release(message);
            }
            channel.finishAndReleaseAll();
            return new Netty(requests, ends);
        }

        boolean understood() {
            return requests.size() == 1
                    && ends == 1
                    && requests.getFirst().decoderResult().isSuccess();
        }

        void assertSame(RequestHead head) {
            HttpRequest request = requests.getFirst();
            assertThat(request.method().name()).isEqualTo(head.method());
            assertThat(request.uri()).isEqualTo(head.target());
            assertThat(request.protocolVersion().text()).isEqualTo(head.version());
            assertThat(request.headers().entries().stream()
                            .map(entry -> entry.getKey() + ": " + entry.getValue())
                            .toList())
                    .isEqualTo(head.fields().stream()
                            .map(field -> field.name() + ": " + field.value())
                            .toList());
        }
    }
}
