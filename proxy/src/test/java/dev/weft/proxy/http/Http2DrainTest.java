package dev.weft.proxy.http;

import static dev.weft.proxy.http.Http2Raw.block;
import static dev.weft.proxy.http.Http2Raw.frame;
import static dev.weft.proxy.http.Http2Raw.get;
import static dev.weft.proxy.http.Http2Raw.headers;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.proxy.http2.frame.ErrorCode;
import dev.weft.proxy.http2.frame.Frames;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The end in order of a connection of HTTP/2 whose requests are judged (RFC 9113 section 6.8). */
class Http2DrainTest {
    private static final byte[] OK = block(":status", "200");

    private static byte[] goAway(int last) {
        return Http2Raw.bytes(Http2Octets.goAway(last, ErrorCode.NO_ERROR, ""));
    }

    /** The caller answers the gate's PING. */
    private static byte[] acknowledged(Http2Raw raw) {
        Http2Raw.Frame ping = raw.toCaller().stream()
                .filter(frame -> frame.type() == Frames.PING)
                .findFirst()
                .orElseThrow();
        return frame(Frames.PING, Frames.ACK, 0, ping.payload().getBytes(StandardCharsets.ISO_8859_1));
    }

    private static List<Integer> lastStreams(Http2Raw raw) {
        return raw.toCaller().stream()
                .filter(frame -> frame.type() == Frames.GOAWAY)
                .map(frame -> frame.buffer().readInt())
                .toList();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 11, 17})
    void openStreamsContinueAndLaterOnesAreRefused(int cut) {
        try (Http2Raw raw = new Http2Raw().begun().say(headers(1, true, get("/yes")))) {
            raw.gate.drain();
            raw.gate.drain();
            assertThat(lastStreams(raw)).containsExactly(Integer.MAX_VALUE);
            raw.say(headers(3, true, get("/yes")));
            byte[] ack = acknowledged(raw);
            raw.say(Arrays.copyOf(ack, cut)).say(Arrays.copyOfRange(ack, cut, ack.length));
            assertThat(lastStreams(raw)).containsExactly(Integer.MAX_VALUE, 3);
            raw.say(headers(5, false, get("/yes"))).say(frame(Frames.DATA, Frames.END_STREAM, 5, new byte[9]));
            assertThat(raw.toApplication()).noneMatch(frame -> frame.streamId() == 5 || frame.type() == Frames.PING);
            assertThat(raw.toCaller())
                    .filteredOn(frame -> frame.type() == Frames.RST_STREAM)
                    .singleElement()
                    .matches(frame -> frame.streamId() == 5)
                    .matches(frame -> frame.buffer().readInt() == ErrorCode.REFUSED_STREAM.number());
            assertThat(raw.judged).hasSize(2);
            assertThat(raw.refused).isEmpty();

            raw.answer(headers(3, true, OK)).answer(headers(1, false, OK));
            assertThat(raw.ends).isEmpty();
            raw.answer(frame(Frames.DATA, Frames.END_STREAM, 1, new byte[9]));
            assertThat(raw.ends).isEqualTo(" caller application");
            assertThat(raw.refusal).isNull();
            assertThat(raw.records).hasSize(2).allMatch(RequestRecord::complete);
        }
    }

    @Test
    void aFrameIsNotCut() {
        byte[] data = frame(Frames.DATA, Frames.END_STREAM, 1, new byte[100]);
        try (Http2Raw raw = new Http2Raw().begun().say(headers(1, true, get("/yes")))) {
            raw.gate.drain();
            raw.say(acknowledged(raw)).answer(headers(1, false, OK));
            raw.answer(Arrays.copyOf(data, 50));
            assertThat(raw.ends).isEmpty();
            raw.answer(Arrays.copyOfRange(data, 50, data.length));
            assertThat(raw.toCaller().getLast().payload()).hasSize(100);
            assertThat(raw.ends).isEqualTo(" caller application");
        }
    }

    @Test
    void anIdleConnectionEndsAsSoonAsTheCallerOpensNoMoreStreams() {
        try (Http2Raw raw = new Http2Raw().begun()) {
            raw.gate.drain();
            assertThat(raw.ends).isEmpty();
            raw.say(acknowledged(raw));
            assertThat(lastStreams(raw)).containsExactly(Integer.MAX_VALUE, 0);
            assertThat(raw.ends).isEqualTo(" caller application");
        }
    }

    @Test
    void aStreamThatPolicyEndsIsTheLastOneToo() {
        try (Http2Raw raw = new Http2Raw().begun().say(headers(1, true, get("/yes")))) {
            raw.gate.drain();
            raw.say(acknowledged(raw));
            raw.deniesLater = true;
            raw.gate.judgeAgain();
            assertThat(raw.ends).isEqualTo(" caller application");
        }
    }

    @Test
    void noGoAwayNamesALaterStreamThanAnEarlierOne() {
        try (Http2Raw raw = new Http2Raw().begun().say(headers(1, true, get("/yes")))) {
            raw.answer(goAway(Integer.MAX_VALUE));
            raw.gate.drain();
            raw.say(acknowledged(raw));
            raw.answer(goAway(Integer.MAX_VALUE)).answer(goAway(3));
            assertThat(lastStreams(raw)).containsExactly(Integer.MAX_VALUE, Integer.MAX_VALUE, 1);
            raw.answer(goAway(0));
            assertThat(lastStreams(raw)).endsWith(0);
        }
        try (Http2Raw raw = new Http2Raw().begun().say(headers(1, true, get("/yes")))) {
            raw.answer(goAway(1)).say(headers(3, true, get("/yes")));
            raw.gate.drain();
            raw.say(acknowledged(raw));
            assertThat(lastStreams(raw)).containsExactly(1, 1, 1);
        }
    }

    @Test
    void otherPingsPass() {
        byte[] other = frame(Frames.PING, Frames.ACK, 0, new byte[8]);
        try (Http2Raw raw = new Http2Raw().begun()) {
            raw.gate.drain();
            raw.say(other);
            byte[] own = acknowledged(raw);
            own[4] = 0;
            raw.say(own);
            assertThat(raw.toApplication())
                    .filteredOn(frame -> frame.type() == Frames.PING)
                    .hasSize(2);
            assertThat(raw.ends).isEmpty();
        }
    }
}
