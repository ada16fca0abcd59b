package dev.weft.proxy.http;

import static dev.weft.proxy.http.Http2Raw.block;
import static dev.weft.proxy.http.Http2Raw.frame;
import static dev.weft.proxy.http.Http2Raw.get;
import static dev.weft.proxy.http.Http2Raw.headers;
import static dev.weft.proxy.http.Http2Raw.join;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.weft.proxy.http2.flood.Limit;
import dev.weft.proxy.http2.frame.ErrorCode;
import dev.weft.proxy.http2.frame.Frames;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames of hostile callers. */
class Http2HostileTest {
    private static final int END = Frames.END_HEADERS;

    /** What ends the connection, and how. */
    static Stream<Arguments> connectionErrors() {
        return Stream.of(ofStreams(), ofTheWholeConnection(), floods()).flatMap(cases -> cases);
    }

    private static Stream<Arguments> ofStreams() {
        byte[] open = headers(1, false, get("/yes"));
        byte[] request = get("/yes");
        return Stream.of(
                arguments("DATA before any request", frame(0, 0, 1, new byte[1]), ErrorCode.PROTOCOL_ERROR),
                arguments("DATA on stream 0", frame(0, 0, 0, new byte[1]), ErrorCode.PROTOCOL_ERROR),
                arguments("HEADERS on stream 0", frame(1, END, 0, request), ErrorCode.PROTOCOL_ERROR),
                arguments("HEADERS on an even stream", frame(1, END, 2, request), ErrorCode.PROTOCOL_ERROR),
                arguments("CONTINUATION alone", frame(9, END, 1, request), ErrorCode.PROTOCOL_ERROR),
                arguments(
                        "another frame within a block",
                        join(frame(1, 0, 1, request), frame(6, 0, 0, new byte[8])),
                        ErrorCode.PROTOCOL_ERROR),
                arguments(
                        "another stream's CONTINUATION",
                        join(frame(1, 0, 1, request), frame(9, END, 3)),
                        ErrorCode.PROTOCOL_ERROR),
                arguments(
                        "more padding than frame", frame(1, END | 8, 1, (byte) 9, (byte) 0), ErrorCode.PROTOCOL_ERROR),
                arguments("padding without its length", frame(1, END | 8, 1), ErrorCode.FRAME_SIZE_ERROR),
                arguments("priority cut short", frame(1, END | 0x20, 1, new byte[4]), ErrorCode.FRAME_SIZE_ERROR),
                arguments(
                        "RST_STREAM of 3 octets", join(open, frame(3, 0, 1, new byte[3])), ErrorCode.FRAME_SIZE_ERROR),
                arguments("RST_STREAM of no stream", frame(3, 0, 1, new byte[4]), ErrorCode.PROTOCOL_ERROR),
                arguments("SETTINGS of 5 octets", frame(4, 0, 0, new byte[5]), ErrorCode.FRAME_SIZE_ERROR),
                arguments("SETTINGS on a stream", frame(4, 0, 1), ErrorCode.PROTOCOL_ERROR),
                arguments("SETTINGS ACK with a payload", frame(4, 1, 0, new byte[6]), ErrorCode.FRAME_SIZE_ERROR),
                arguments("SETTINGS without end", frame(4, 0, 0, new byte[6 * 100]), ErrorCode.ENHANCE_YOUR_CALM),
                arguments(
                        "a window beyond 2^31-1",
                        frame(4, 0, 0, (byte) 0, (byte) 4, (byte) 0x80, (byte) 0, (byte) 0, (byte) 0),
                        ErrorCode.FLOW_CONTROL_ERROR),
                arguments(
                        "frames of 1 octet",
                        frame(4, 0, 0, (byte) 0, (byte) 5, (byte) 0, (byte) 0, (byte) 0, (byte) 1),
                        ErrorCode.PROTOCOL_ERROR));
    }

    private static Stream<Arguments> ofTheWholeConnection() {
        byte[] open = headers(1, false, get("/yes"));
        return Stream.of(
                arguments("PUSH_PROMISE", join(open, frame(5, END, 1, new byte[4])), ErrorCode.PROTOCOL_ERROR),
                arguments("PING of 7 octets", frame(6, 0, 0, new byte[7]), ErrorCode.FRAME_SIZE_ERROR),
                arguments("PING on a stream", frame(6, 0, 1, new byte[8]), ErrorCode.PROTOCOL_ERROR),
                arguments("GOAWAY of 7 octets", frame(7, 0, 0, new byte[7]), ErrorCode.FRAME_SIZE_ERROR),
                arguments("WINDOW_UPDATE of 0", frame(8, 0, 0, new byte[4]), ErrorCode.PROTOCOL_ERROR),
                arguments("WINDOW_UPDATE of 3 octets", frame(8, 0, 0, new byte[3]), ErrorCode.FRAME_SIZE_ERROR),
                arguments("WINDOW_UPDATE of no stream", frame(8, 0, 1, new byte[4]), ErrorCode.PROTOCOL_ERROR),
                arguments("a frame larger than allowed", frame(0, 0, 1, new byte[16_385]), ErrorCode.FRAME_SIZE_ERROR),
                arguments(
                        "a block that is no HPACK",
                        frame(1, END, 1, (byte) 0xff, (byte) 0xff),
                        ErrorCode.COMPRESSION_ERROR),
                arguments("an index beyond the table", frame(1, END, 1, (byte) 0xfe), ErrorCode.COMPRESSION_ERROR));
    }

    private static Stream<Arguments> floods() {
        byte[] open = headers(1, false, get("/yes"));
        return Stream.of(
                arguments("CONTINUATION flood", continuations(20, new byte[0]), ErrorCode.ENHANCE_YOUR_CALM),
                arguments("a block without end", continuations(9, new byte[16_000]), ErrorCode.ENHANCE_YOUR_CALM),
                arguments("PING flood", times(3000, frame(6, 0, 0, new byte[8])), ErrorCode.ENHANCE_YOUR_CALM),
                arguments(
                        "a flood of PING ACKs", times(3000, frame(6, 1, 0, new byte[8])), ErrorCode.ENHANCE_YOUR_CALM),
                arguments("SETTINGS flood", times(3000, frame(4, 0, 0)), ErrorCode.ENHANCE_YOUR_CALM),
                arguments("PRIORITY flood", times(3000, frame(2, 0, 1, new byte[5])), ErrorCode.ENHANCE_YOUR_CALM),
                arguments("unknown frames without end", times(3000, frame(77, 0, 0)), ErrorCode.ENHANCE_YOUR_CALM),
                arguments("empty DATA flood", join(open, times(3000, frame(0, 0, 1))), ErrorCode.ENHANCE_YOUR_CALM),
                arguments(
                        "credit for nothing",
                        join(open, times(5000, frame(8, 0, 1, (byte) 0, (byte) 0, (byte) 0, (byte) 1))),
                        ErrorCode.ENHANCE_YOUR_CALM),
                arguments("rapid resets", resets(3000), ErrorCode.ENHANCE_YOUR_CALM));
    }

    private static byte[] continuations(int count, byte[] part) {
        return join(frame(1, 0, 1, get("/yes")), times(count, frame(9, 0, 1, part)));
    }

    private static byte[] times(int count, byte[] frame) {
        byte[][] all = new byte[count][];
        Arrays.fill(all, frame);
        return join(all);
    }

    private static byte[] resets(int count) {
        byte[][] all = new byte[2 * count][];
        for (int i = 0; i < count; i++) {
            all[2 * i] = headers(2 * i + 1, false, get("/yes"));
            all[2 * i + 1] = frame(3, 0, 2 * i + 1, new byte[4]);
        }
        return join(all);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("connectionErrors")
    void endsTheConnectionWithACode(String what, byte[] octets, ErrorCode code) {
        try (Http2Raw raw = new Http2Raw().begun().say(octets)) {
            assertThat(raw.refusal).as(what).isNotNull();
            assertThat(Objects.requireNonNull(raw.refusal).code())
                    .isEqualTo(code == ErrorCode.ENHANCE_YOUR_CALM ? "WEFT-H021" : "WEFT-H020");
            Http2Raw.Frame last = raw.toCaller().getLast();
            assertThat(last.type()).isEqualTo(Frames.GOAWAY);
            assertThat(last.buffer().getInt(4)).isEqualTo(code.number());
            assertThat(raw.gate.held()).isZero();
            raw.say(headers(99, true, get("/yes"))); // nothing comes out any more
        }
    }

    @Test
    void tellsWhichLimitWasHit() {
        try (Http2Raw raw = new Http2Raw().begun().say(resets(3000))) {
            assertThat(raw.hits).containsExactly(Limit.RAPID_RESETS);
        }
        try (Http2Raw raw = new Http2Raw().begun().say(times(3000, frame(77, 0, 0)))) {
            assertThat(raw.hits).containsExactly(Limit.IDLE_FRAMES);
        }
        try (Http2Raw raw = new Http2Raw().begun().say(continuations(9, new byte[16_000]))) {
            assertThat(raw.hits).containsExactly(Limit.HEADERS_SIZE);
        }
    }

    /** What ends one stream before it reaches the application. */
    static Stream<Arguments> streamErrors() {
        return Stream.of(
                arguments("no method", block(":scheme", "http", ":path", "/yes")),
                arguments("no path", block(":method", "GET", ":scheme", "http")),
                arguments("no scheme", block(":method", "GET", ":path", "/yes")),
                arguments("a scheme of its own", block(":method", "GET", ":scheme", "ftp", ":path", "/yes")),
                arguments("a scheme with more", block(":method", "GET", ":scheme", "http://x/?", ":path", "/yes")),
                arguments("a scheme in upper case", block(":method", "GET", ":scheme", "HTTP", ":path", "/yes")),
                arguments("an empty path", block(":method", "GET", ":scheme", "http", ":path", "")),
                arguments("two methods", join(get("/yes"), block(":method", "POST"))),
                arguments("two paths", join(get("/yes"), block(":path", "/no"))),
                arguments("a pseudo-header after a field", join(get("/yes"), block("x", "y", ":authority", "b"))),
                arguments("an unknown pseudo-header", join(block(":secret", "x"), get("/yes"))),
                arguments("a response's pseudo-header", join(block(":status", "200"), get("/yes"))),
                arguments("another host than the authority", join(get("/yes"), block("host", "other"))),
                arguments("connection", join(get("/yes"), block("connection", "close"))),
                arguments("transfer-encoding", join(get("/yes"), block("transfer-encoding", "chunked"))),
                arguments("upgrade", join(get("/yes"), block("upgrade", "h2c"))),
                arguments("te of another kind", join(get("/yes"), block("te", "gzip"))),
                arguments("an upper-case name", join(get("/yes"), block("X-Upper", "y"))),
                arguments("a name with a space", join(get("/yes"), block("x y", "z"))),
                arguments("a value with CR and LF", join(get("/yes"), block("x", "a\r\nweft-client-id: forged"))),
                arguments("a value with NUL", join(get("/yes"), block("x", "a\0b"))),
                arguments("two lengths", join(get("/yes"), block("content-length", "1", "content-length", "2"))),
                arguments("a length that is none", join(get("/yes"), block("content-length", "+1"))),
                arguments(
                        "extended CONNECT",
                        join(
                                block(":method", "CONNECT", ":protocol", "websocket"),
                                block(":scheme", "http", ":path", "/yes", ":authority", "api"))),
                arguments("a method that is no token", block(":method", "G ET", ":scheme", "http", ":path", "/yes")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("streamErrors")
    void resetsAMalformedRequestAndGoesOn(String what, byte[] block) {
        try (Http2Raw raw = new Http2Raw().begun().say(headers(1, true, block))) {
            assertThat(raw.refusal).as(what).isNull();
            assertThat(raw.judged).isEmpty();
            assertThat(raw.refused).hasSize(1);
            assertThat(raw.toApplication()).noneMatch(frame -> frame.streamId() == 1);
            assertThat(raw.toCaller().getLast().type()).isEqualTo(Frames.RST_STREAM);
            raw.say(headers(3, true, get("/yes")));
            assertThat(raw.toApplication().getLast().streamId()).isEqualTo(3);
        }
    }

    /** The first field enters the table, although its request is refused; the next request means it by its number. */
    @Test
    void answersAHeadOfTooManyOctetsAndGoesOn() {
        byte[] indexed = {0x40, 3, 'x', '-', 'a', 1, 'b'};
        byte[] large = join(get("/yes"), indexed, block("x", "y".repeat(60 * 1024)));
        byte[] begin = Arrays.copyOf(large, 16_000);
        byte[][] rest = new byte[3][];
        for (int i = 0; i < rest.length; i++) {
            byte[] part = Arrays.copyOfRange(large, 16_000 * (i + 1), Math.min(large.length, 16_000 * (i + 2)));
            rest[i] = frame(Frames.CONTINUATION, i == rest.length - 1 ? END : 0, 1, part);
        }
        try (Http2Raw raw = new Http2Raw().begun()) {
            raw.say(frame(Frames.HEADERS, Frames.END_STREAM, 1, begin)).say(join(rest));
            assertThat(raw.refusal).isNull();
            assertThat(raw.judged).isEmpty();
            assertThat(raw.hits).containsExactly(Limit.HEADERS_SIZE);
            assertThat(raw.refused).extracting(GateRefusal::code).containsExactly("WEFT-H007");
            assertThat(raw.toApplication()).noneMatch(frame -> frame.streamId() == 1);
            assertThat(raw.toCaller().getLast().payload()).contains("431", "WEFT-H007");
            assertThat(raw.gate.held()).isZero();
            raw.say(headers(3, true, join(get("/yes"), new byte[] {(byte) 0xbe})));
            assertThat(raw.toApplication().getLast().payload()).contains("x-a");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "content-length",
                "content_length",
                "host",
                "expect",
                "transfer-encoding",
                "connection",
                "weft-client-id",
                "weft_client_id"
            })
    void resetsARequestWhoseTrailersBelongIntoTheHead(String name) {
        try (Http2Raw raw = new Http2Raw().begun().say(headers(1, false, get("/yes")))) {
            raw.say(headers(1, true, block("x-sum", "1", name, "1")));
            assertThat(raw.refusal).isNull();
            assertThat(raw.toCaller().getLast().type()).isEqualTo(Frames.RST_STREAM);
            assertThat(raw.toApplication().getLast().type()).isEqualTo(Frames.RST_STREAM);
            assertThat(raw.toApplication()).noneMatch(frame -> frame.payload().contains("x-sum"));
        }
    }

    /** What is answered here, whatever policy says. */
    static Stream<Arguments> unacceptable() {
        return Stream.of(
                arguments("dot segments", "/yes/../no", "api"),
                arguments("encoded dot segments", "/yes/%2e%2e/no", "api"),
                arguments("an empty segment", "//no", "api"),
                arguments("an encoded slash", "/yes%2fno", "api"),
                arguments("a backslash", "/yes\\no", "api"),
                arguments("a parameter", "/no;x", "api"),
                arguments("a fragment", "/yes#no", "api"),
                arguments("a control", "/yes%00", "api"),
                arguments("no path but a star", "*", "api"),
                arguments("the absolute form", "http://api/yes", "api"),
                arguments("a path without a slash", "yes", "api"),
                arguments("a query alone", "?/yes", "api"),
                arguments("user information", "/yes", "user@api"),
                arguments("two ports", "/yes", "api:80:90"),
                arguments("a host with a slash", "/yes", "api/x"));
    }

    @Test
    void aMethodInLowerCaseIsNoOther() {
        byte[] block = block(":method", "get", ":scheme", "http", ":path", "/yes", ":authority", "api");
        try (Http2Raw raw = new Http2Raw().begun().say(headers(1, true, block))) {
            assertThat(raw.refused).extracting(GateRefusal::code).containsExactly("WEFT-H001");
            assertThat(raw.toApplication()).noneMatch(frame -> frame.streamId() == 1);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("unacceptable")
    void answersWhatCanBeReadInTwoWays(String what, String path, String authority) {
        byte[] block = block(":method", "GET", ":scheme", "http", ":path", path, ":authority", authority);
        try (Http2Raw raw = new Http2Raw().begun().say(headers(1, true, block))) {
            assertThat(raw.judged).as(what).isEmpty();
            assertThat(raw.refused)
                    .singleElement()
                    .extracting(GateRefusal::status)
                    .isEqualTo(400);
            assertThat(raw.toApplication()).noneMatch(frame -> frame.streamId() == 1);
            assertThat(raw.toCaller().getLast().type()).isEqualTo(Frames.HEADERS);
            assertThat(raw.toCaller().getLast().payload()).contains("400").contains("WEFT-H");
        }
    }
}
