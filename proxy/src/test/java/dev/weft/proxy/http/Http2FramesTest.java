package dev.weft.proxy.http;

import static dev.weft.proxy.http.Http2Raw.block;
import static dev.weft.proxy.http.Http2Raw.frame;
import static dev.weft.proxy.http.Http2Raw.get;
import static dev.weft.proxy.http.Http2Raw.headers;
import static dev.weft.proxy.http.Http2Raw.join;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.weft.proxy.http2.frame.ErrorCode;
import dev.weft.proxy.http2.frame.Frames;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What comes out of the gate, octet by octet. */
class Http2FramesTest {
    private static final int END = Frames.END_HEADERS;

    @Test
    void noRequestBeforeThePrefaceAndSettings() {
        try (Http2Raw raw = new Http2Raw()) {
            assertThat(raw.say(join(Http2Raw.PREFACE, headers(1, true, get("/yes")))).refusal)
                    .isNotNull();
            assertThat(raw.toApplication()).isEmpty();
        }
        try (Http2Raw raw = new Http2Raw()) {
            assertThat(raw.say("PRI * HTTP/2.1\r\n".getBytes(US_ASCII)).refusal).isNotNull();
        }
    }

    @Test
    void streamsAtATimeAreBounded() {
        try (Http2Raw raw = new Http2Raw().begun()) {
            for (int i = 0; i <= Http2CallerFrames.MOST_STREAMS; i++) {
                raw.say(headers(2 * i + 1, false, get("/yes")));
            }
            assertThat(raw.toCaller().getLast().type()).isEqualTo(Frames.RST_STREAM);
            assertThat(raw.toApplication())
                    .filteredOn(frame -> frame.type() == Frames.HEADERS)
                    .hasSize(Http2CallerFrames.MOST_STREAMS);
        }
    }

    /** What an application may not do. */
    static Stream<Arguments> ofTheApplication() {
        return Stream.of(
                arguments("PUSH_PROMISE", frame(5, END, 1, join(new byte[] {0, 0, 0, 2}, get("/pushed")))),
                arguments("a response that was not asked for", headers(5, true, block(":status", "200"))),
                arguments("DATA that was not asked for", frame(0, 1, 5, new byte[3])),
                arguments("a stream of its own", headers(2, true, block(":status", "200"))),
                arguments("no HPACK", frame(1, END, 1, (byte) 0xfe)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("ofTheApplication")
    void anApplicationThatBreaksTheProtocolEndsTheConnection(String what, byte[] octets) {
        try (Http2Raw raw =
                new Http2Raw().begun().say(headers(1, true, get("/yes"))).answer(octets)) {
            assertThat(raw.refusal).as(what).extracting(GateRefusal::code).isEqualTo("WEFT-H022");
            assertThat(raw.toCaller().getLast().type()).isEqualTo(Frames.GOAWAY);
        }
    }

    @Test
    void whatADeniedRequestSendsIsSwallowedAndCreditedOnce() {
        try (Http2Raw raw = new Http2Raw().begun().say(headers(1, false, get("/no")))) {
            raw.say(join(frame(0, 8, 1, join(new byte[] {4}, new byte[100])), headers(1, true, block("x", "y"))));
            assertThat(raw.toApplication()).noneMatch(frame -> frame.streamId() == 1);
            Http2Raw.Frame credit = raw.toCaller().getLast();
            assertThat(credit.type()).isEqualTo(Frames.WINDOW_UPDATE);
            assertThat(credit.streamId()).isZero();
            assertThat(credit.buffer().readInt()).isEqualTo(101);
        }
    }

    /** A frame of ours within another frame would be read as its content. */
    @Test
    void anAnswerWaitsForTheEndOfTheApplicationsFrame() {
        byte[] data = frame(0, 1, 1, new byte[100]);
        try (Http2Raw raw = new Http2Raw().begun().say(headers(1, true, get("/yes")))) {
            raw.answer(headers(1, false, block(":status", "200")));
            raw.answer(Arrays.copyOf(data, 50));
            raw.say(headers(3, true, get("/no")));
            assertThat(raw.gate.held()).isPositive();
            raw.answer(Arrays.copyOfRange(data, 50, data.length));
            assertThat(raw.toCaller())
                    .extracting(Http2Raw.Frame::type, Http2Raw.Frame::streamId)
                    .endsWith(
                            org.assertj.core.groups.Tuple.tuple(Frames.DATA, 1),
                            org.assertj.core.groups.Tuple.tuple(Frames.HEADERS, 3));
        }
    }

    @Test
    void anAnswerWaitsForTheSettingsOfTheApplication() {
        try (Http2Raw raw = new Http2Raw()) {
            raw.say(join(Http2Raw.PREFACE, Http2Raw.SETTINGS, headers(1, true, get("/no"))));
            assertThat(raw.toCaller()).isEmpty();
            raw.answer(Http2Raw.SETTINGS);
            assertThat(raw.toCaller())
                    .extracting(Http2Raw.Frame::type)
                    .containsExactly(Frames.SETTINGS, Frames.HEADERS);
        }
    }

    @Test
    void anApplicationMaySendFramesAsLargeAsTheCallerAllows() {
        byte[] allows = frame(4, 0, 0, (byte) 0, (byte) 5, (byte) 0, (byte) 0x10, (byte) 0, (byte) 0);
        byte[] data = frame(0, 1, 1, new byte[64 * 1024]);
        try (Http2Raw raw = new Http2Raw()) {
            raw.say(join(Http2Raw.PREFACE, allows, headers(1, true, get("/yes"))));
            raw.answer(join(Http2Raw.SETTINGS, headers(1, false, block(":status", "200")), data));
            assertThat(raw.refusal).isNull();
            assertThat(raw.toCaller().getLast().payload()).hasSize(64 * 1024);
        }
        try (Http2Raw raw = new Http2Raw().begun().say(headers(1, true, get("/yes")))) {
            raw.answer(join(headers(1, false, block(":status", "200")), data));
            assertThat(raw.refusal).extracting(GateRefusal::code).isEqualTo("WEFT-H022");
        }
    }

    /** One block of 60 KiB: a field that enters the table, and a large one. */
    private static byte[] large(int streamId, String... fields) {
        byte[] indexed = {0x40, 3, 'x', '-', 'a', 1, 'b'};
        byte[] block = join(block(fields), indexed, block("x", "y".repeat(60 * 1024)));
        byte[][] frames = new byte[4][];
        for (int i = 0; i < frames.length; i++) {
            byte[] part = Arrays.copyOfRange(block, 16_000 * i, Math.min(block.length, 16_000 * (i + 1)));
            frames[i] = frame(
                    i == 0 ? Frames.HEADERS : Frames.CONTINUATION, i == frames.length - 1 ? END : 0, streamId, part);
        }
        return join(frames);
    }

    @Test
    void aResponseWhoseHeadIsTooLargeIsAnsweredForAndOthersGoOn() {
        try (Http2Raw raw = new Http2Raw().begun().say(headers(1, true, get("/yes")))) {
            raw.answer(large(1, ":status", "200")).answer(frame(0, 1, 1, "late".getBytes(US_ASCII)));
            assertThat(raw.toCaller().getLast().payload()).contains("502", "WEFT-H086", "more than 32768 octets");
            assertThat(raw.toApplication()).anyMatch(frame -> frame.type() == Frames.RST_STREAM);
            assertThat(raw.records)
                    .singleElement()
                    .satisfies(record -> assertThat(record.status()).isEqualTo(502));
            assertThat(raw.gate.held()).isZero();
            raw.say(headers(3, true, get("/yes")));
            raw.answer(headers(3, true, join(block(":status", "200"), new byte[] {(byte) 0xbe})));
            assertThat(raw.toCaller().getLast().payload()).contains("x-a").doesNotContain("late");
            raw.gate.judgeAgain();
            assertThat(raw.judgedAgain).isZero();
        }
    }

    @Test
    void whereRequestsAreOnlyRecordedALargeHeadPasses() {
        try (Http2Raw raw = new Http2Raw()) {
            raw.strict = false;
            raw.begun().say(headers(1, true, get("/yes"))).answer(large(1, ":status", "200"));
            assertThat(raw.toCaller().getLast().payload()).contains("yyy");
            assertThat(raw.toApplication()).noneMatch(frame -> frame.type() == Frames.RST_STREAM);
            raw.deniesLater = true;
            raw.gate.judgeAgain();
            assertThat(raw.toCaller().getLast().type()).as("no second head").isEqualTo(Frames.RST_STREAM);
        }
    }

    @Test
    void aCallWhoseResponseIsTooLargeIsUnavailable() {
        byte[] call = block(":method", "POST", ":scheme", "http", ":path", "/s.S/Get", ":authority", "api");
        try (Http2Raw raw = new Http2Raw()
                .begun()
                .say(headers(1, true, join(call, block("content-type", "application/grpc"))))
                .answer(large(1, ":status", "200"))) {
            assertThat(raw.toCaller().getLast().payload()).contains("grpc-status\u000214", "WEFT-H086");
            assertThat(raw.records.getFirst().grpcStatus()).isEqualTo(14);
        }
    }

    @Test
    void trailersThatAreTooLargeBreakTheResponseOff() {
        try (Http2Raw raw = new Http2Raw().begun().say(headers(1, false, get("/yes")))) {
            raw.answer(headers(1, false, block(":status", "200"))).answer(large(1));
            assertThat(raw.toCaller().getLast().type()).isEqualTo(Frames.RST_STREAM);
            assertThat(raw.toCaller().getLast().buffer().readInt()).isEqualTo(ErrorCode.ENHANCE_YOUR_CALM.number());
            assertThat(raw.records)
                    .singleElement()
                    .satisfies(record -> assertThat(record.complete()).isFalse());
            assertThat(raw.refusal).isNull();
        }
    }

    @Test
    void theValuesOfAFieldAreJudgedInTheirOrder() {
        try (Http2Raw raw = new Http2Raw().begun()) {
            raw.say(headers(1, true, join(get("/yes"), block("x", "1", "y", "2", "x", "3", "x", "0"))));
            assertThat(raw.judged.getFirst().headers().values("x")).containsExactly("1", "3", "0");
        }
    }

    /** RFC 9113 section 8.2.3: a client may send each pair in a field of its own. */
    @Test
    void theCookiesOfSeveralFieldsAreOne() {
        try (Http2Raw raw = new Http2Raw().begun()) {
            raw.say(headers(1, true, join(get("/yes"), block("cookie", "a=1", "x", "y", "cookie", "b=2"))));
            assertThat(raw.judged.getFirst().headers().values("cookie")).containsExactly("a=1; b=2");
        }
    }

    /** Clients of gRPC send a PING for each round trip in which data comes, and acknowledge those of the application. */
    @Test
    void pingsOfABusyConnectionAreNoFlood() {
        byte[] ping = frame(6, 0, 0, new byte[8]);
        byte[] ack = frame(6, 1, 0, new byte[8]);
        try (Http2Raw raw = new Http2Raw().begun().say(headers(1, false, get("/yes")))) {
            raw.answer(headers(1, false, block(":status", "200")));
            for (int i = 0; i < 3000; i++) {
                raw.answer(frame(0, 0, 1, new byte[1])).say(ping).answer(ack);
                raw.answer(ping).say(ack);
            }
            assertThat(raw.refusal).isNull();
        }
    }

    @Test
    void anOpenRequestIsNotTakenForAnotherWhenPolicyChanges() {
        try (Http2Raw raw = new Http2Raw().begun().say(headers(1, false, get("/yes")))) {
            raw.gate.judgeAgain();
            assertThat(raw.judged).hasSize(1);
            assertThat(raw.judgedAgain).isEqualTo(1);
        }
    }

    private static byte[] caller() {
        byte[] denied = get("/no");
        return join(
                Http2Raw.PREFACE,
                frame(4, 0, 0, (byte) 0, (byte) 1, (byte) 0, (byte) 0, (byte) 0x20, (byte) 0),
                frame(8, 0, 0, (byte) 0, (byte) 1, (byte) 0, (byte) 0),
                headers(1, false, get("/yes")),
                frame(0, 8, 1, join(new byte[] {2}, "body".getBytes(US_ASCII), new byte[2])),
                frame(2, 0, 1, new byte[5]),
                frame(6, 0, 0, new byte[8]),
                frame(1, 0, 3, Arrays.copyOf(denied, 5)),
                frame(9, END, 3, Arrays.copyOfRange(denied, 5, denied.length)),
                frame(0, 1, 3, new byte[20]),
                headers(1, true, block("x-sum", "1")),
                frame(77, 0, 0, new byte[3]),
                headers(5, true, get("/yes/2")));
    }

    private static byte[] application() {
        byte[] response = block(":status", "200", "x", "y");
        return join(
                Http2Raw.SETTINGS,
                frame(4, 1, 0),
                frame(1, 0, 1, Arrays.copyOf(response, 4)),
                frame(9, END, 1, Arrays.copyOfRange(response, 4, response.length)),
                frame(0, 0, 1, new byte[30]),
                headers(1, true, block("grpc-status", "0")),
                headers(5, true, block(":status", "204")));
    }

    @Test
    void itMakesNoDifferenceWhereAFrameIsCut() {
        byte[] caller = caller();
        byte[] application = application();
        byte[][] whole = outputs(caller, caller.length, application, application.length);
        for (int i = 1; i < caller.length; i++) {
            assertThat(outputs(caller, i, application, application.length))
                    .as("at " + i)
                    .isDeepEqualTo(whole);
        }
        for (int i = 1; i < application.length; i++) {
            assertThat(outputs(caller, caller.length, application, i))
                    .as("at " + i)
                    .isDeepEqualTo(whole);
        }
    }

    private static byte[][] outputs(byte[] caller, int cutOfCaller, byte[] application, int cutOfApplication) {
        try (Http2Raw raw = new Http2Raw()) {
            raw.say(Arrays.copyOf(caller, cutOfCaller)).say(Arrays.copyOfRange(caller, cutOfCaller, caller.length));
            raw.answer(Arrays.copyOf(application, cutOfApplication))
                    .answer(Arrays.copyOfRange(application, cutOfApplication, application.length));
            assertThat(raw.refusal).isNull();
            assertThat(raw.records).hasSize(3);
            return new byte[][] {raw.application.toByteArray(), raw.caller.toByteArray()};
        }
    }
}
