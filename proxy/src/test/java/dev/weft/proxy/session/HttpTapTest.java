package dev.weft.proxy.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.policy.decide.Code;
import dev.weft.policy.decide.Decision;
import dev.weft.policy.decide.Outcome;
import dev.weft.policy.request.HttpRequest;
import dev.weft.proxy.http.GateRefusal;
import dev.weft.proxy.http.HttpTap;
import dev.weft.proxy.http.RequestJudge;
import dev.weft.proxy.http.RequestRecord;
import dev.weft.proxy.http2.frame.Frames;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A relay whose requests are recorded and not judged. */
class HttpTapTest extends EmbeddedRelay {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static final String UPGRADE =
            "GET /chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";

    private final List<String> recorded = new ArrayList<>();

    /** Fails at paths that say so. */
    private final class Recorder implements RequestJudge {
        @Override
        public Decision judge(HttpRequest request) {
            if (request.path().equals("/defect")) {
                throw new IllegalStateException("a defect");
            }
            return new Decision(Outcome.ALLOW, Code.ALLOWED, "shop/yes", "shop/yes allows it", List.of());
        }

        @Override
        public Decision judgeAgain(HttpRequest request) {
            return judge(request);
        }

        @Override
        public String clientId() {
            return "";
        }

        @Override
        public void refused(GateRefusal why) {
            recorded.add("refused " + why.code());
        }

        @Override
        public void ended(RequestRecord request, HttpRequest judged) {
            recorded.add(request.path() + (request.complete() ? "" : " incomplete"));
        }
    }

    private static String get(String path) {
        return "GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n";
    }

    private void asks(String text) {
        far.writeInbound(bytes(text));
        assertThat(out(near)).isEqualTo(text);
    }

    private void answers(String text) {
        near.writeInbound(bytes(text));
        assertThat(out(far)).isEqualTo(text);
    }

    @BeforeEach
    void start() {
        begin(exits -> new HttpTap(exits, _ -> new Recorder()));
    }

    @Test
    void anUpgradeThatTheApplicationIgnoresIsFollowedByRequests() {
        asks(UPGRADE);
        answers(OK);
        asks(get("/next"));
        answers(OK);
        assertThat(recorded).containsExactly("/chat", "/next");
    }

    @Test
    void requestsAheadOfTheirResponsesAreRecorded() {
        for (int i = 0; i < 100; i++) {
            asks(get("/" + i));
        }
        for (int i = 0; i < 100; i++) {
            answers(OK);
        }
        assertThat(recorded).hasSize(100).last().isEqualTo("/99");
    }

    @Test
    void aCallerFarAheadIsRecordedNoFurtherAndKeptNowhere() {
        asks(UPGRADE);
        asks(get("/" + "x".repeat(7000)).repeat(10));
        assertThat(registry.held()).isZero();
        answers(OK);
        assertThat(recorded).containsExactly("/chat incomplete");
    }

    @Test
    void aCallerAheadInManyPiecesIsRecordedNoFurtherAndKeptNowhere() {
        asks(UPGRADE);
        for (int i = 0; i < 300; i++) {
            asks("x");
        }
        assertThat(registry.held()).isZero();
        assertThat(recorded).containsExactly("/chat incomplete");
    }

    private static ByteBuf frame(int type, int flags, int streamId, ByteBuf payload) {
        ByteBuf frame = Unpooled.buffer();
        Frames.header(frame, type, flags, streamId, payload.readableBytes());
        frame.writeBytes(payload);
        payload.release();
        return frame;
    }

    /** A GET as literals without a table. */
    private static ByteBuf head(int streamId, String path) {
        ByteBuf block = Unpooled.buffer();
        for (String text : List.of(":method", "GET", ":scheme", "http", ":path", path, ":authority", "a")) {
            if (text.startsWith(":")) {
                block.writeByte(0);
            }
            block.writeByte(text.length()).writeBytes(text.getBytes(StandardCharsets.US_ASCII));
        }
        return frame(Frames.HEADERS, Frames.END_HEADERS | Frames.END_STREAM, streamId, block);
    }

    private void beginsHttp2() {
        far.writeInbound(bytes(Frames.PREFACE.toString()), frame(Frames.SETTINGS, 0, 0, Unpooled.buffer()));
        near.writeInbound(frame(Frames.SETTINGS, 0, 0, Unpooled.buffer()));
        assertThat(out(near)).isNotEmpty();
        assertThat(out(far)).isNotEmpty();
    }

    /** It passes, and the application may answer it. */
    @Test
    void aRequestOfHttp2ThatWouldBeRefusedElsewhereEndsTheRecordAndIsNotRecordedAsRefused() {
        beginsHttp2();
        far.writeInbound(head(1, "/first"), head(3, "/a//b"), head(5, "/next"));
        assertThat(out(near)).contains("/first", "/a//b", "/next");
        assertThat(recorded).containsExactly("/first incomplete");
    }

    /** No gate is full while an application leaves requests unanswered. */
    @Test
    void theHeadsOfOpenRequestsOfHttp2AreKeptWithinABound() {
        beginsHttp2();
        int sent = 0;
        while (recorded.isEmpty() && sent < 1024) {
            far.writeInbound(head(2 * sent + 1, "/slow"));
            sent++;
            assertThat(registry.held()).isLessThanOrEqualTo(1 << 20);
        }
        assertThat(sent).as("enough for many calls at a time").isBetween(300, 1000);
        assertThat(out(near)).isNotEmpty();
        assertThat(registry.held()).isZero();
    }

    @Test
    void aDefectEndsTheRecordAndNotTheSession() {
        asks(get("/defect"));
        answers(OK);
        asks(get("/next"));
        answers(OK);
        far.checkException();
        assertThat(recorded).isEmpty();
        assertThat(relay.over()).isFalse();
    }
}
