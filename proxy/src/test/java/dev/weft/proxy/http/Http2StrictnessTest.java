package dev.weft.proxy.http;

import static dev.weft.proxy.http.Http2Raw.block;
import static dev.weft.proxy.http.Http2Raw.frame;
import static dev.weft.proxy.http.Http2Raw.get;
import static dev.weft.proxy.http.Http2Raw.headers;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.proxy.http2.frame.ErrorCode;
import dev.weft.proxy.http2.frame.Frames;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Streams that the gate breaks off because a side breaks a rule of RFC 9113 within them. */
class Http2StrictnessTest {
    private static List<Integer> resets(List<Http2Raw.Frame> frames) {
        return frames.stream()
                .filter(frame -> frame.type() == Frames.RST_STREAM)
                .map(frame -> frame.buffer().readInt())
                .toList();
    }

    @Test
    void dataAfterTheEndOfARequestEndsItsStream() {
        try (Http2Raw raw = new Http2Raw().begun().say(headers(1, true, get("/yes")))) {
            raw.say(frame(Frames.DATA, 0, 1, new byte[7]));
            assertThat(resets(raw.toCaller())).containsExactly(ErrorCode.STREAM_CLOSED.number());
            assertThat(resets(raw.toApplication())).containsExactly(ErrorCode.CANCEL.number());
            assertThat(raw.toApplication()).noneMatch(frame -> frame.type() == Frames.DATA);
            assertThat(raw.toCaller().getLast().type()).as("credit").isEqualTo(Frames.WINDOW_UPDATE);
            raw.say(frame(Frames.DATA, 0, 1, new byte[7])); // it may have been on its way
            assertThat(raw.refusal).isNull();
        }
    }

    @Test
    void aRequestOnALowerStreamThanBeforeEndsTheConnection() {
        try (Http2Raw raw = new Http2Raw().begun().say(headers(3, true, get("/no")))) {
            raw.say(headers(3, true, block("a", "b"))); // trailers that crossed the answer
            assertThat(raw.refusal).isNull();
            raw.say(headers(1, true, get("/yes")));
            assertThat(raw.refusal).isNotNull().extracting(GateRefusal::code).isEqualTo("WEFT-H020");
            Http2Raw.Frame last = raw.toCaller().getLast();
            assertThat(last.type()).isEqualTo(Frames.GOAWAY);
            assertThat(last.buffer().getInt(4)).isEqualTo(ErrorCode.PROTOCOL_ERROR.number());
        }
    }

    @Test
    void aResponseThatSwitchesTheProtocolIsBrokenOff() {
        try (Http2Raw raw = new Http2Raw().begun().say(headers(1, true, get("/yes")))) {
            raw.answer(headers(1, false, block(":status", "101")));
            assertThat(resets(raw.toCaller())).containsExactly(ErrorCode.INTERNAL_ERROR.number());
            assertThat(raw.toCaller()).noneMatch(frame -> frame.type() == Frames.HEADERS);
        }
    }

    @Test
    void aResponseOfTwoLengthsIsBrokenOff() {
        try (Http2Raw raw = new Http2Raw().begun().say(headers(1, true, get("/yes")))) {
            raw.answer(headers(1, false, block(":status", "200", "content-length", "5", "content-length", "6")));
            assertThat(resets(raw.toCaller())).containsExactly(ErrorCode.INTERNAL_ERROR.number());
        }
        try (Http2Raw raw = new Http2Raw().begun().say(headers(1, true, get("/yes")))) {
            raw.answer(headers(1, false, block(":status", "200", "content-length", "5", "content-length", "5")));
            raw.answer(frame(Frames.DATA, Frames.END_STREAM, 1, new byte[5]));
            assertThat(resets(raw.toCaller())).isEmpty();
            assertThat(raw.records).singleElement().matches(RequestRecord::complete);
        }
    }
}
