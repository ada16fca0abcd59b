package dev.weft.proxy.http;

import static dev.weft.proxy.http.Http2Raw.block;
import static dev.weft.proxy.http.Http2Raw.frame;
import static dev.weft.proxy.http.Http2Raw.get;
import static dev.weft.proxy.http.Http2Raw.headers;
import static dev.weft.proxy.http.Http2Raw.join;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.weft.proxy.http2.flood.Limit;
import dev.weft.proxy.http2.frame.ErrorCode;
import dev.weft.proxy.http2.frame.Frames;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages whose bodies are not as long as they say, and streams that one side resets or the gate cuts off. */
class Http2MalformedTest {
    private static final byte[] SMUGGLED = "GET /no HTTP/1.1\r\nhost: api\r\n\r\n".getBytes(US_ASCII);

    static byte[] post(String length) {
        byte[] head = block(":method", "POST", ":scheme", "http", ":path", "/yes", ":authority", "api");
        return join(head, block("content-length", length));
    }

    static byte[] data(boolean end, int octets) {
        return frame(Frames.DATA, end ? Frames.END_STREAM : 0, 1, new byte[octets]);
    }

    private static byte[] padded(boolean end, int octets, int padding) {
        return frame(
                Frames.DATA,
                Frames.PADDED | (end ? Frames.END_STREAM : 0),
                1,
                join(new byte[] {(byte) padding}, new byte[octets + padding]));
    }

    /** What ends a request, and its last octets. */
    static Stream<Arguments> requests() {
        return Stream.of(
                arguments("a body after a length of 0", post("0"), frame(0, 1, 1, SMUGGLED)),
                arguments("a body beyond the length", post("10"), join(data(false, 10), data(true, 1))),
                arguments("a body short of the length", post("10"), join(data(false, 9), data(true, 0))),
                arguments("padding that counts as body", post("10"), padded(true, 4, 5)),
                arguments("a body beyond the length in padding", post("10"), padded(true, 11, 200)),
                arguments(
                        "trailers before the length is reached",
                        post("10"),
                        join(data(false, 9), headers(1, true, block("x-sum", "1")))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("requests")
    void aRequestThatIsNotAsLongAsItSaysIsBrokenOffAndOthersGoOn(String what, byte[] head, byte[] rest) {
        for (int cut = 0; cut < rest.length; cut++) {
            try (Http2Raw raw = new Http2Raw().begun().say(headers(1, false, head))) {
                raw.say(Arrays.copyOf(rest, cut)).say(Arrays.copyOfRange(rest, cut, rest.length));
                assertThat(raw.refusal).as(what).isNull();
                assertThat(raw.toApplication().getLast().type()).isEqualTo(Frames.RST_STREAM);
                assertThat(raw.toApplication())
                        .noneMatch(frame -> frame.streamId() == 1
                                && (frame.flags() & Frames.END_STREAM) != 0
                                && frame.type() != Frames.RST_STREAM);
                assertThat(raw.toCaller())
                        .filteredOn(frame -> frame.type() == Frames.RST_STREAM)
                        .singleElement()
                        .satisfies(frame ->
                                assertThat(frame.buffer().readInt()).isEqualTo(ErrorCode.PROTOCOL_ERROR.number()));
                assertThat(raw.records).singleElement().matches(record -> !record.complete());
                raw.say(headers(3, true, get("/yes")));
                assertThat(raw.toApplication().getLast().streamId()).isEqualTo(3);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"10", "9999999999999999999"})
    void aRequestThatEndsBeforeItsBodyReachesNobody(String length) {
        try (Http2Raw raw = new Http2Raw().begun().say(headers(1, true, post(length)))) {
            assertThat(raw.judged).isEmpty();
            assertThat(raw.refused).hasSize(1);
            assertThat(raw.toApplication()).noneMatch(frame -> frame.streamId() == 1);
            assertThat(raw.toCaller().getLast().type()).isEqualTo(Frames.RST_STREAM);
        }
    }

    @Test
    void bodiesThatAreAsLongAsTheySayPass() {
        try (Http2Raw raw = new Http2Raw().begun().say(headers(1, false, post("10")))) {
            raw.say(join(data(false, 3), padded(false, 7, 200), headers(1, true, block("x-sum", "1"))));
            raw.answer(headers(1, false, block(":status", "103", "content-length", "3")));
            raw.answer(headers(1, false, block(":status", "200", "content-length", "5")));
            raw.answer(join(padded(false, 5, 0), data(true, 0)));
            assertThat(raw.records).singleElement().matches(RequestRecord::complete);
        }
        try (Http2Raw raw = new Http2Raw().begun()) {
            raw.say(headers(1, true, block(":method", "HEAD", ":scheme", "http", ":path", "/yes")));
            raw.answer(headers(1, true, block(":status", "200", "content-length", "5")));
            raw.say(headers(3, true, get("/yes")));
            raw.answer(headers(3, true, block(":status", "304", "content-length", "5")));
            assertThat(raw.records).hasSize(2).allMatch(RequestRecord::complete);
        }
    }

    /** What the application sends as a response to GET. */
    static Stream<Arguments> responses() {
        byte[] five = headers(1, false, block(":status", "200", "content-length", "5"));
        return Stream.of(
                arguments("no body", headers(1, true, block(":status", "200", "content-length", "5"))),
                arguments("a length that is none", headers(1, false, block(":status", "200", "content-length", "x"))),
                arguments("a body beyond the length", join(five, data(false, 5), data(true, 1))),
                arguments("a body short of the length", join(five, data(true, 4))),
                arguments("padding that counts as body", join(five, padded(true, 2, 2))),
                arguments("trailers before the length is reached", join(five, headers(1, true, block("x-sum", "1")))),
                arguments("a body of 204", join(headers(1, false, block(":status", "204")), data(true, 1))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("responses")
    void aResponseThatIsNotAsLongAsItSaysIsBrokenOffAndOthersGoOn(String what, byte[] octets) throws Http2Exception {
        byte[] indexed = {0x40, 3, 'x', '-', 'a', 1, 'b'};
        try (Http2Raw raw = new Http2Raw().begun().say(headers(1, true, get("/yes")))) {
            raw.answer(octets);
            assertThat(raw.toCaller())
                    .filteredOn(frame -> frame.type() == Frames.RST_STREAM)
                    .singleElement()
                    .satisfies(frame ->
                            assertThat(frame.buffer().readInt()).as(what).isEqualTo(ErrorCode.INTERNAL_ERROR.number()));
            assertThat(raw.toApplication()).anyMatch(frame -> frame.type() == Frames.RST_STREAM);
            assertThat(raw.records).singleElement().matches(record -> !record.complete());
            raw.say(headers(3, true, get("/yes")));
            raw.answer(headers(3, false, join(block(":status", "200"), indexed)));
            raw.answer(headers(3, true, new byte[] {(byte) 0xbe}));
            assertThat(indexedFieldOfTheLastHead(raw)).isEqualTo("b");
            assertThat(raw.refusal).isNull();
            assertThat(raw.gate.held()).isZero();
        }
    }

    /** Reads all heads that the caller has got with one table, and returns x-a of the last. */
    private static String indexedFieldOfTheLastHead(Http2Raw raw) throws Http2Exception {
        DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(true, 1 << 20);
        String last = "";
        for (Http2Raw.Frame frame : raw.toCaller()) {
            if (frame.type() == Frames.HEADERS) {
                last = String.valueOf(
                        decoder.decodeHeaders(frame.streamId(), frame.buffer()).get("x-a"));
            }
        }
        return last;
    }

    @Test
    void whereRequestsAreOnlyRecordedAResponsePassesWhateverItsLength() {
        try (Http2Raw raw = new Http2Raw()) {
            raw.strict = false;
            raw.begun().say(headers(1, true, get("/yes")));
            raw.answer(headers(1, false, block(":status", "200", "content-length", "5")));
            raw.answer(data(true, 4));
            assertThat(raw.records).singleElement().matches(RequestRecord::complete);
        }
    }

    private static byte[] credit(int increment) {
        byte[] octets = ByteBuffer.allocate(4).putInt(increment).array();
        return frame(Frames.WINDOW_UPDATE, 0, 1, octets);
    }

    /** Frames for which an application must reset the stream (sections 6.9 and 6.9.1). */
    static Stream<Arguments> resetters() {
        int most = Integer.MAX_VALUE;
        return Stream.of(
                arguments("a WINDOW_UPDATE of 0", credit(0), ErrorCode.PROTOCOL_ERROR),
                arguments("a window beyond 2^31-1", credit(most), ErrorCode.FLOW_CONTROL_ERROR),
                arguments(
                        "a window beyond 2^31-1 in two steps",
                        join(credit(most - 65_535), credit(1)),
                        ErrorCode.FLOW_CONTROL_ERROR));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("resetters")
    void whatTheApplicationWouldResetAStreamForDoesNotReachIt(String what, byte[] octets, ErrorCode code) {
        byte[] last = Arrays.copyOfRange(octets, octets.length - 4, octets.length);
        for (int cut = 0; cut < octets.length; cut++) {
            try (Http2Raw raw = new Http2Raw().begun().say(headers(1, true, get("/yes")))) {
                raw.say(Arrays.copyOf(octets, cut)).say(Arrays.copyOfRange(octets, cut, octets.length));
                assertThat(raw.refusal).as(what).isNull();
                assertThat(raw.toApplication())
                        .noneMatch(frame -> frame.type() == Frames.WINDOW_UPDATE
                                && Arrays.equals(Http2Raw.bytes(frame.buffer()), last));
                assertThat(raw.toCaller().getLast().type()).isEqualTo(Frames.RST_STREAM);
                assertThat(raw.toCaller().getLast().buffer().readInt()).isEqualTo(code.number());
                assertThat(raw.toApplication().getLast().type()).isEqualTo(Frames.RST_STREAM);
            }
        }
    }

    @Test
    void aWindowThatTheResponseUsesUpMayBeOpenedAgain() {
        try (Http2Raw raw = new Http2Raw().begun().say(headers(1, true, get("/yes")))) {
            raw.say(credit(Integer.MAX_VALUE - 65_535));
            raw.answer(join(headers(1, false, block(":status", "200")), padded(false, 10, 10)));
            raw.say(credit(21));
            assertThat(raw.toApplication().getLast().type()).isEqualTo(Frames.WINDOW_UPDATE);
            assertThat(raw.toCaller()).noneMatch(frame -> frame.type() == Frames.RST_STREAM);
        }
    }

    @Test
    void streamsForWhichTheApplicationWouldResetAreCountedAsResets() {
        try (Http2Raw raw = new Http2Raw().begun()) {
            for (int i = 0; i < 3000 && raw.refusal == null; i++) {
                byte[] update = frame(Frames.WINDOW_UPDATE, 0, 2 * i + 1, new byte[4]);
                raw.say(join(headers(2 * i + 1, true, get("/yes")), update));
            }
            assertThat(raw.refusal).extracting(GateRefusal::code).isEqualTo("WEFT-H021");
            assertThat(raw.hits).containsExactly(Limit.RAPID_RESETS);
        }
    }

    private static Http2Raw resetByTheApplication(ErrorCode code) {
        Http2Raw raw = new Http2Raw().begun();
        for (int i = 0; i < 3000 && raw.refusal == null; i++) {
            raw.say(headers(2 * i + 1, true, get("/yes")));
            raw.answer(frame(Frames.RST_STREAM, 0, 2 * i + 1, (byte) 0, (byte) 0, (byte) 0, (byte) code.number()));
        }
        return raw;
    }

    @ParameterizedTest
    @EnumSource(names = {"PROTOCOL_ERROR", "FLOW_CONTROL_ERROR", "STREAM_CLOSED", "ENHANCE_YOUR_CALM"})
    void resetsOfTheApplicationThatBlameTheCallerAreCountedToIt(ErrorCode code) {
        try (Http2Raw raw = resetByTheApplication(code)) {
            assertThat(raw.refusal).extracting(GateRefusal::code).isEqualTo("WEFT-H021");
            assertThat(raw.hits).containsExactly(Limit.RAPID_RESETS);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"REFUSED_STREAM", "NO_ERROR", "CANCEL", "INTERNAL_ERROR"})
    void resetsForTheApplicationsOwnReasonsAreNot(ErrorCode code) {
        try (Http2Raw raw = resetByTheApplication(code)) {
            assertThat(raw.refusal).isNull();
            assertThat(raw.records).hasSize(3000);
        }
    }

    @Test
    void paddedDataWithoutItsPadLengthEndsTheConnection() {
        byte[] open = headers(1, false, get("/yes"));
        for (byte[] frame : new byte[][] {frame(0, Frames.PADDED, 1), frame(0, Frames.PADDED, 1, (byte) 1)}) {
            try (Http2Raw raw = new Http2Raw().begun().say(open).say(frame)) {
                assertThat(raw.refusal).extracting(GateRefusal::code).isEqualTo("WEFT-H020");
            }
            try (Http2Raw raw = new Http2Raw().begun().say(open).answer(frame)) {
                assertThat(raw.refusal).extracting(GateRefusal::code).isEqualTo("WEFT-H022");
            }
        }
    }

    /** The application that was told of a stream's end sends no end of it, so nothing else shortens this list. */
    @Test
    void aConnectionOutlivesAnyNumberOfStreamsThatWereCutOff() {
        try (Http2Raw raw = new Http2Raw().begun()) {
            raw.deniesLater = true;
            int id = 1;
            for (int round = 0; round < 6; round++) {
                for (int i = 0; i < 1000; i++, id += 2) {
                    raw.say(headers(id, true, get("/yes")));
                }
                raw.gate.judgeAgain();
            }
            assertThat(raw.refusal).isNull();
            assertThat(raw.records).hasSize(6000);
            raw.answer(frame(Frames.DATA, 0, id - 2, "late".getBytes(US_ASCII)));
            assertThat(raw.toCaller()).noneMatch(frame -> frame.payload().contains("late"));
        }
    }
}
