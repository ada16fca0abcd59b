package dev.weft.proxy.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DetectedProtocolTest {
    private static @Nullable DetectedProtocol by(String first) {
        return by(first, DetectedProtocol::by);
    }

    private static @Nullable DetectedProtocol expected(String first) {
        return by(first, DetectedProtocol::expected);
    }

    private static @Nullable DetectedProtocol by(String first, Function<ByteBuf, @Nullable DetectedProtocol> reading) {
        ByteBuf octets = Unpooled.copiedBuffer(first, StandardCharsets.ISO_8859_1);
        try {
            return reading.apply(octets);
        } finally {
            octets.release();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\n",
                "POST /a?b HTTP/1.0\r\nHost: x\r\n",
                "OPTIONS * HTTP/1.1\r\n",
                "PRI /x HTTP/1.1\r\n",
                "M-SEARCH /x HTTP/1.1\r\n"
            })
    void aRequestLineIsHttp1(String first) {
        assertThat(by(first)).isEqualTo(DetectedProtocol.HTTP1);
    }

    @Test
    void thePrefaceIsHttp2() {
        assertThat(by("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")).isEqualTo(DetectedProtocol.HTTP2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "get / HTTP/1.1\r\n",
                " GET / HTTP/1.1\r\n",
                "GET / HTTP/1.1\n",
                "GET / HTTP/2.0\r\n",
                "GET HTTP/1.1\r\n",
                "PRI * HTTP/2.0\r\n\r\nXX",
                "EHLO mail.example.org\r\n",
                "\u0016\u0003\u0001\u0002\u0000",
                "\u0000\u0000\u0000\u0008",
                "GET /\u0001 HTTP/1.1\r\n",
                "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
            })
    void allElseIsBytes(String first) {
        assertThat(by(first)).isEqualTo(DetectedProtocol.BYTES);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET / HTTP/1.1\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"})
    void doesNotDependOnHowTheOctetsAreCut(String whole) {
        for (int cut = 0; cut < whole.length(); cut++) {
            assertThat(by(whole.substring(0, cut)))
                    .as("the first %d octets", cut)
                    .isNull();
        }
        assertThat(by(whole)).isNotNull();
    }

    @Test
    void waitsForNoLineWithoutEnd() {
        assertThat(by("GET /" + "a".repeat(DetectedProtocol.MOST - 6))).isNull();
        assertThat(by("GET /" + "a".repeat(DetectedProtocol.MOST))).isEqualTo(DetectedProtocol.BYTES);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\n",
                "get / HTTP/1.1\r\n",
                " GET / HTTP/1.1\r\n",
                "\r\nGET / HTTP/1.1\r\n",
                "\nGET / HTTP/1.1\n",
                "GET / HTTP/1.1\n",
                "GET\t/ HTTP/1.1\r\n",
                "GET / HTTP/1.1 \r\n",
                "GET\r\n",
                "PRI * HTTP/2.0\r\n\r\nXX",
                "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
            })
    void whereHttpIsExpectedWhatIsNearlyARequestIsHttp1HoweverItIsCut(String first) {
        DetectedProtocol spoken = null;
        for (int cut = 0; cut <= first.length() && spoken == null; cut++) {
            spoken = expected(first.substring(0, cut));
        }
        assertThat(spoken).isEqualTo(DetectedProtocol.HTTP1);
        assertThat(expected(first)).isEqualTo(DetectedProtocol.HTTP1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u0016\u0003\u0001\u0002\u0000", "\u0000\u0000\u0000\u0008", "GET\u0001/ ", "{\"a\": 1}"})
    void whereHttpIsExpectedWhatIsNothingLikeItIsBytes(String first) {
        assertThat(expected(first)).isEqualTo(DetectedProtocol.BYTES);
    }

    @Test
    void whereHttpIsExpectedThePrefaceIsWaitedFor() {
        String preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
        for (int cut = 0; cut < preface.length(); cut++) {
            assertThat(expected(preface.substring(0, cut))).isNull();
        }
        assertThat(expected(preface)).isEqualTo(DetectedProtocol.HTTP2);
    }
}
