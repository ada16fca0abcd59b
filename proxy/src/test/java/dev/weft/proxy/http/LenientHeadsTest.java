package dev.weft.proxy.http;

import static dev.weft.proxy.http.Http2Raw.block;
import static dev.weft.proxy.http.Http2Raw.get;
import static dev.weft.proxy.http.Http2Raw.headers;
import static dev.weft.proxy.http.JudgedConnection.lines;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.proxy.http2.frame.ErrorCode;
import dev.weft.proxy.http2.frame.Frames;
import dev.weft.proxy.settings.HeadLimits;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that policy could not judge, while no policy is about requests. */
class LenientHeadsTest {
    private static JudgedConnection lenient() {
        JudgedConnection connection = new JudgedConnection();
        connection.lenient = true;
        return connection;
    }

    @Test
    void theRecordShowsThePathAsItWasSentWithoutItsQueryAndInAscii() {
        try (JudgedConnection connection = lenient()) {
            connection.sends(lines("GET /a%2Fb//\u00c3\u00bc?secret HTTP/1.1", "Host: api", ""));
            connection.answers(lines("HTTP/1.1 204 No", ""));
            assertThat(connection.records)
                    .singleElement()
                    .satisfies(record -> assertThat(record.path()).isEqualTo("/a%2Fb//%C3%BC"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "get / HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nConnection: weft-client-id\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nContent_Length: 1\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\n folded: 1\r\n\r\n",
                "CONNECT db HTTP/1.1\r\nHost: db\r\n\r\n",
                "CONNECT db:1 HTTP/1.1\r\nHost: db\r\nContent-Length: 1\r\n\r\n",
            })
    void whatMightBeFramedInTwoWaysIsRefusedAllTheSame(String head) {
        try (JudgedConnection connection = lenient()) {
            connection.sends(head);
            assertThat(connection.refusalCode()).startsWith("WEFT-H0");
            assertThat(connection.atApplication()).isEmpty();
        }
    }

    @Test
    void anUpgradeToAnotherHttpIsStillLeftOut() {
        try (JudgedConnection connection = lenient()) {
            connection.sends(
                    lines("GET //a HTTP/1.1", "Host: a", "Connection: upgrade, http2-settings", "Upgrade: h2c", ""));
            assertThat(connection.atApplication()).isEqualTo(lines("GET //a HTTP/1.1", "Host: a", ""));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/denied/../admin", "/denied/a"})
    void aRequestThatWaitsForAPlaceIsJudgedAsPolicyDemandsByThen(String path) {
        try (JudgedConnection at = lenient()) {
            at.waits = true;
            at.sends(lines("GET " + path + " HTTP/1.1", "Host: a", ""));
            at.lenient = false;
            at.gate.judgeAgain();
            Objects.requireNonNull(at.waiting).accept(JudgedConnection.ALLOWED);
            boolean hasOneMeaning = !path.contains("..");
            assertThat(at.atApplication().isEmpty()).isEqualTo(!hasOneMeaning);
            assertThat(at.atCaller().contains("weft-code: WEFT-D033")).isEqualTo(!hasOneMeaning);
            assertThat(at.records).as("its place is given back").hasSize(hasOneMeaning ? 0 : 1);
            at.waits = false;
            at.sends(lines("GET /next HTTP/1.1", "Host: a", ""));
            assertThat(at.atApplication()).as("the connection goes on").startsWith("GET /next ");
        }
    }

    @Test
    void moreFieldsThanTheLimitAreRefusedOverHttp2Too() {
        try (Http2Raw raw = new Http2Raw(new HeadLimits(8, 20))) {
            raw.lenient = true;
            raw.strict = false;
            String[] fields = new String[2 * 17];
            Arrays.fill(fields, "a");
            raw.begun().say(headers(1, true, Http2Raw.join(get("/a//b"), block(fields))));
            assertThat(raw.toCaller())
                    .anyMatch(frame -> frame.streamId() == 1 && frame.payload().contains("WEFT-H007"));
            assertThat(raw.judged).isEmpty();
        }
    }

    @Test
    void requestsOfHttp2PassAsSentAndEndWhenPolicyMustJudgeThem() {
        try (Http2Raw raw = new Http2Raw()) {
            raw.lenient = true;
            raw.strict = false;
            raw.begun().say(headers(1, false, get("/a//b"))).say(headers(3, false, get("/yes")));
            raw.say(headers(5, false, block(":method", "CONNECT", ":authority", "db:5432")));
            raw.say(headers(7, false, get("/c/../d")));
            raw.answer(headers(7, false, block(":status", "200")));
            assertThat(raw.toApplication().stream().filter(frame -> frame.type() == Frames.HEADERS))
                    .hasSize(4)
                    .anyMatch(frame -> frame.payload().contains("/a//b"));
            raw.lenient = false;
            raw.strict = true;
            raw.gate.judgeAgain();
            assertThat(raw.toApplication().stream()
                            .filter(frame -> frame.type() == Frames.RST_STREAM)
                            .map(Http2Raw.Frame::streamId))
                    .containsExactlyInAnyOrder(1, 5, 7);
            assertThat(raw.toCaller())
                    .anyMatch(frame -> frame.streamId() == 1 && frame.payload().contains("WEFT-D033"))
                    .anyMatch(frame -> frame.streamId() == 5 && frame.payload().contains("WEFT-D033"))
                    .anyMatch(frame -> frame.streamId() == 7
                            && frame.type() == Frames.RST_STREAM
                            && frame.buffer().readInt() == ErrorCode.CANCEL.number())
                    .noneMatch(frame -> frame.streamId() == 3);
            raw.say(headers(9, true, get("/a//b")));
            assertThat(raw.toCaller())
                    .anyMatch(frame -> frame.streamId() == 9 && frame.payload().contains("WEFT-H004"));
        }
    }
}
