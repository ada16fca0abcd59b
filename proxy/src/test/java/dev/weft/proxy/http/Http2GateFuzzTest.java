package dev.weft.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.weft.proxy.http2.frame.Frames;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.Arrays;
import java.util.Random;

/**
 * Frames of a hostile caller. The application gets the same however they are cut; each request that it gets was judged and allowed,
 * and says who the caller is; and what is kept is bounded.
 */
class Http2GateFuzzTest {
    private static final int MAX_INPUT = 16_384;

    @FuzzTest
    void whatReachesTheApplicationWasJudged(byte[] bytes) throws Exception {
        if (bytes.length > MAX_INPUT) {
            return;
        }
        try (Http2Raw whole = new Http2Raw().begun();
                Http2Raw pieces = new Http2Raw().begun()) {
            whole.say(bytes);
            Random cuts = new Random(bytes.length);
            for (int at = 0; at < bytes.length; ) {
                int n = Math.min(bytes.length - at, 1 + cuts.nextInt(40));
                pieces.say(Arrays.copyOfRange(bytes, at, at + n));
                at += n;
            }
            assertThat(pieces.application.toByteArray()).isEqualTo(whole.application.toByteArray());
            assertThat(pieces.refusal).isEqualTo(whole.refusal);
            assertThat(whole.gate.held()).isLessThan(16 * MAX_INPUT);
            check(whole);
            whole.gate.judgeAgain();
            whole.answer(bytes);
        }
    }

    /** The gate writes blocks that need no table. */
    private static void check(Http2Raw raw) throws Exception {
        DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(true, 1 << 20);
        int requests = 0;
        for (Http2Raw.Frame frame : raw.toApplication()) {
            if (frame.type() == Frames.HEADERS && (frame.flags() & Frames.END_HEADERS) != 0) {
                Http2Headers headers = decoder.decodeHeaders(frame.streamId(), frame.buffer());
                if (headers.method() != null) {
                    requests++;
                    assertThat(String.valueOf(headers.path())).doesNotStartWith("/no");
                    assertThat(headers.getAll("weft-client-id")).hasSize(1);
                    assertThat(headers.get("weft-client-id")).hasToString(Http2Rig.CLIENT_ID);
                } else {
                    assertThat(headers.contains("weft-client-id")).isFalse();
                }
            }
        }
        assertThat(requests).isLessThanOrEqualTo(raw.judged.size());
    }
}
